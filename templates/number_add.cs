<?cs # Adds free numbers.  Values: cgi/pages/numbers.c. ?><?cs
call:heading(Page.title) ?>
<form class="setup-form panel" method="post" action="<?cs var:Numbers.path ?>/add"><?cs call:csrf() ?>
<div class="field"><label for="context"><?cs var:T.numbers.context ?></label>
<select id="context" name="context"<?cs call:described("context", "") ?>><?cs
each:c = Contexts ?><option value="<?cs var:c.id ?>"<?cs if:c.current ?> selected<?cs /if ?>><?cs var:c.name ?></option><?cs /each ?></select><?cs call:fault("context") ?></div>
<div class="field"><label for="first"><?cs var:T.numbers.number ?> <span class="needed"><?cs var:T.user_form.needed ?></span></label>
<input id="first" name="first" value="<?cs var:Number.first ?>" inputmode="tel" autocomplete="off" required<?cs call:described("first", "") ?>><?cs call:fault("first") ?></div>
<div class="field"><label for="last"><?cs var:T.numbers.last ?></label>
<input id="last" name="last" value="<?cs var:Number.last ?>" inputmode="tel" autocomplete="off"<?cs call:described("last", "1") ?>><?cs call:fault("last") ?>
<p class="help" id="last-help"><?cs var:T.numbers.last_help ?></p></div><?cs
if:Numbers.kind == "voicemail" ?>
<div class="field"><label for="name"><?cs var:T.numbers.name ?></label>
<input id="name" name="name" value="<?cs var:Number.name ?>" maxlength="80" autocomplete="off"<?cs call:described("name", "1") ?>><?cs call:fault("name") ?>
<p class="help" id="name-help"><?cs var:T.numbers.name_help ?></p></div><?cs
else ?>
<p class="field"><label class="tick"><input type="checkbox" name="reserve" value="1"> <?cs var:T.numbers.reserve_too ?></label></p><?cs
/if ?>
<div class="actions"><button class="main"><?cs var:T.setup.save ?></button> <a class="button" href="<?cs var:Numbers.path ?>"><?cs var:T.user_form.cancel ?></a></div>
</form>
