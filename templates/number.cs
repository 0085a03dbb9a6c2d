<?cs # One number.  Values: cgi/pages/numbers.c. ?><?cs
call:heading(Page.title) ?>
<dl class="facts panel">
<div><dt><?cs var:T.numbers.context ?></dt><dd><?cs var:Number.context ?></dd></div><?cs
if:Number.name && Number.state == "used" ?><div><dt><?cs var:T.numbers.name ?></dt><dd><bdi><?cs var:Number.name ?></bdi></dd></div><?cs /if ?>
<div><dt><?cs var:T.numbers.owner ?></dt><dd><?cs
if:subcount(Owners) ?><ul class="plain-list"><?cs each:o = Owners ?><li><a href="<?cs var:Page.ipbx ?>/users/<?cs var:o.uuid ?>"><bdi><?cs var:o.name ?></bdi></a></li><?cs /each ?></ul><?cs
else ?><?cs var:T.numbers.states[Number.state] ?><?cs
if:Number.user_href ?> · <a href="<?cs var:Number.user_href ?>"><?cs var:T.numbers.new_user ?></a><?cs /if ?><?cs /if ?></dd></div>
</dl><?cs
if:Numbers.may && Number.state != "used" ?>
<form class="setup-form panel" method="post" action="<?cs var:Numbers.path ?>/<?cs var:Number.id ?>"><?cs call:csrf() ?>
<div class="field"><label for="number"><?cs var:T.numbers.number ?></label>
<input id="number" name="number" value="<?cs var:Number.number ?>" inputmode="tel" autocomplete="off"<?cs call:described("number", "") ?>><?cs call:fault("number") ?></div><?cs
if:Numbers.kind == "voicemail" ?>
<?cs call:field("name", T.numbers.name, "text", Number.name, "off") ?><?cs
/if ?>
<div class="actions"><button class="main" name="do" value="save"><?cs var:T.setup.save ?></button><?cs
if:Numbers.kind != "voicemail" ?> <?cs
if:Number.state == "reserved" ?><button name="do" value="release"><?cs var:T.numbers.release ?></button><?cs
else ?><button name="do" value="reserve"><?cs var:T.numbers.reserve ?></button><?cs /if ?><?cs
/if ?> <a class="button" href="<?cs var:Numbers.path ?>"><?cs var:T.user_form.cancel ?></a> <button class="danger" name="do" value="delete"><?cs var:T.setup.delete.button ?></button></div>
</form><?cs
elif:Numbers.may ?>
<p class="help"><?cs var:T.numbers.used_help ?></p><?cs
/if ?>
