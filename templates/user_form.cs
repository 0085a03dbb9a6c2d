<?cs # Add a user, and edit one.  Values: cgi/pages/user_form.c. ?><?cs
def:control(c) ?><?cs
if:c.control == "choice" ?><select id="<?cs var:c.name ?>" name="<?cs var:c.name ?>"<?cs call:described(c.name, "1") ?>><?cs
each:o = c.choices ?><option value="<?cs var:o.value ?>"<?cs if:o.chosen ?> selected<?cs /if ?>><?cs var:o.text ?></option><?cs
/each ?></select><?cs
elif:c.control == "area" ?><textarea id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" rows="3"<?cs call:described(c.name, "1") ?>><?cs var:c.value ?></textarea><?cs
else ?><input id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" value="<?cs var:c.value ?>" autocomplete="off"<?cs if:c.required ?> required<?cs /if ?><?cs if:c.control == "number" ?> inputmode="tel"<?cs if:subcount(c.choices) ?> list="<?cs var:c.name ?>-free"<?cs /if ?><?cs /if ?><?cs call:described(c.name, "1") ?>><?cs
if:c.control == "number" && subcount(c.choices) ?><datalist id="<?cs var:c.name ?>-free"><?cs
each:o = c.choices ?><option value="<?cs var:o.value ?>"><?cs var:o.text ?></option><?cs
/each ?></datalist><?cs /if ?><?cs
/if ?><?cs /def ?><?cs

def:form_field(c) ?><?cs
if:c.edited ?><input type="hidden" name="was.<?cs var:c.name ?>" value="<?cs var:c.was ?>"><?cs /if ?><?cs
if:c.control == "ticks" ?>
<fieldset class="field ticks" id="<?cs var:c.name ?>" tabindex="-1"<?cs call:described(c.name, "1") ?>><legend><?cs var:c.label ?></legend>
<input type="hidden" name="ticks.<?cs var:c.name ?>" value="1"><?cs
each:o = c.choices ?><label class="tick"><input type="checkbox" name="<?cs var:c.name ?>" value="<?cs var:o.value ?>"<?cs if:o.chosen ?> checked<?cs /if ?>> <?cs var:o.text ?></label><?cs
/each ?><?cs if:!subcount(c.choices) ?><p class="dim"><?cs var:T.user_form.none_to_choose ?></p><?cs /if ?><?cs
call:fault(c.name) ?><p class="help" id="<?cs var:c.name ?>-help"><?cs var:c.help ?></p></fieldset><?cs
else ?>
<div class="field"><label for="<?cs var:c.name ?>"><?cs var:c.label ?><?cs if:c.required ?> <span class="needed"><?cs var:T.user_form.needed ?></span><?cs /if ?></label>
<?cs call:control(c) ?><?cs call:fault(c.name) ?>
<p class="help" id="<?cs var:c.name ?>-help"><?cs var:c.help ?></p><?cs
if:subcount(c.free) ?><ul class="help free"><?cs each:r = c.free ?><li><?cs var:r ?></li><?cs /each ?></ul><?cs /if ?></div><?cs
/if ?><?cs /def ?><?cs

call:heading(Page.title) ?>
<form class="user-form panel" method="post" action="<?cs var:User.path ?>"><?cs call:csrf() ?>
<input type="hidden" name="nonce" value="<?cs var:User.nonce ?>"><?cs
if:string.length(User.seen) ?><input type="hidden" name="seen" value="<?cs var:User.seen ?>"><?cs /if ?><?cs
each:g = Form ?>
<section class="user-group" aria-labelledby="group-<?cs var:g.name ?>">
<h2 id="group-<?cs var:g.name ?>"><?cs var:g.title ?></h2><?cs
if:subcount(g.fields) ?>
<div class="user-fields"><?cs each:c = g.fields ?><?cs call:form_field(c) ?><?cs /each ?></div><?cs
/if ?><?cs
if:subcount(g.more) ?>
<details<?cs if:g.open ?> open<?cs /if ?>><summary><?cs var:T.user_form.more ?> <span class="hidden"><?cs var:g.title ?></span></summary>
<div class="user-fields"><?cs each:c = g.more ?><?cs call:form_field(c) ?><?cs /each ?></div></details><?cs
/if ?>
</section><?cs
/each ?>
<div class="actions"><button class="main"><?cs var:T.user_form.save ?></button> <a class="button" href="<?cs var:User.back ?>"><?cs var:T.user_form.cancel ?></a></div>
</form>
