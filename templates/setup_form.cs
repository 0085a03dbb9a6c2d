<?cs # Add and edit one thing of the setup.  Values: cgi/pages/setup_form.c. ?><?cs
def:setup_control(c, label, help) ?><?cs
if:c.control == "choice" ?><select id="<?cs var:c.name ?>" name="<?cs var:c.name ?>"<?cs if:label ?> aria-label="<?cs var:label ?>"<?cs /if ?><?cs call:described(c.name, help) ?>><?cs
each:o = c.choices ?><option value="<?cs var:o.value ?>"<?cs if:o.chosen ?> selected<?cs /if ?>><?cs var:o.text ?></option><?cs /each ?></select><?cs
elif:c.control == "lines" ?><textarea id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" rows="4"<?cs call:described(c.name, help) ?>><?cs var:c.value ?></textarea><?cs
elif:c.control == "secret" ?><input id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" type="password" value="<?cs var:c.value ?>" autocomplete="new-password"<?cs if:label ?> aria-label="<?cs var:label ?>"<?cs /if ?><?cs call:described(c.name, help) ?>><?cs
else ?><input id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" value="<?cs var:c.value ?>" autocomplete="off"<?cs if:c.control == "number" ?> inputmode="numeric"<?cs /if ?><?cs if:c.control == "fixed" ?> readonly<?cs /if ?><?cs if:c.required ?> required<?cs /if ?><?cs if:label ?> aria-label="<?cs var:label ?>"<?cs /if ?><?cs call:described(c.name, help) ?>><?cs
/if ?><?cs call:fault(c.name) ?><?cs /def ?><?cs

def:setup_help(c) ?><?cs if:c.help ?><p class="help" id="<?cs var:c.name ?>-help"><?cs var:c.help ?></p><?cs /if ?><?cs /def ?><?cs

def:setup_rows(c) ?>
<fieldset class="field setup-rows" id="<?cs var:c.name ?>" tabindex="-1"<?cs call:described(c.name, c.help) ?>><legend><?cs var:c.label ?></legend><?cs
call:setup_help(c) ?><?cs call:fault(c.name) ?><?cs
call:scroll_begin(c.label) ?>
<table class="stacked">
<thead><tr><?cs each:h = c.heads ?><th scope="col"><?cs var:h ?></th><?cs /each ?></tr></thead>
<tbody><?cs
each:r = c.rows ?><tr><?cs
each:x = r.cells ?><td data-label="<?cs var:x.label ?>"><?cs call:setup_control(x, x.label + " " + r.n, "") ?></td><?cs /each ?></tr><?cs
/each ?></tbody>
</table><?cs
call:scroll_end() ?>
<button class="small" name="more" value="1" formnovalidate><?cs var:T.setup.more_rows ?></button>
</fieldset><?cs /def ?><?cs

call:heading(Page.title) ?><?cs
if:Setup.single ?><p class="help setup-help"><?cs var:T.setup[Setup.key].help ?></p><?cs /if ?>
<form class="setup-form panel" method="post" action="<?cs var:Setup.action ?>"><?cs call:csrf() ?><?cs
if:Setup.seen ?><input type="hidden" name="seen" value="<?cs var:Setup.seen ?>"><?cs /if ?>
<button class="hidden" tabindex="-1" aria-hidden="true"><?cs var:T.setup.save ?></button><?cs
if:subcount(Tenant.choices) ?>
<div class="field"><label for="tenant"><?cs var:T.setup.entity ?></label>
<select id="tenant" name="tenant"<?cs call:described("tenant", "") ?>><option value=""><?cs var:T.setup.choice.none ?></option><?cs
each:o = Tenant.choices ?><option value="<?cs var:o.value ?>"<?cs if:o.chosen ?> selected<?cs /if ?>><?cs var:o.text ?></option><?cs /each ?></select><?cs
call:fault("tenant") ?></div><?cs
/if ?><?cs
each:c = Fields ?><?cs
if:c.link ?><p class="field"><a href="<?cs var:c.link ?>"><?cs var:T.setup.new_password ?></a></p><?cs
elif:c.control == "rows" ?><?cs call:setup_rows(c) ?><?cs
elif:c.control == "ticks" ?>
<fieldset class="field ticks" id="<?cs var:c.name ?>" tabindex="-1"<?cs call:described(c.name, c.help) ?>><legend><?cs var:c.label ?></legend><?cs
each:o = c.choices ?><label class="tick"><input type="checkbox" name="<?cs var:c.name ?>" value="<?cs var:o.value ?>"<?cs if:o.chosen ?> checked<?cs /if ?>> <?cs var:o.text ?></label><?cs /each ?><?cs
if:!subcount(c.choices) ?><p class="dim"><?cs var:T.setup.no_choice ?></p><?cs /if ?><?cs
call:fault(c.name) ?><?cs call:setup_help(c) ?></fieldset><?cs
else ?>
<div class="field"><label for="<?cs var:c.name ?>"><?cs var:c.label ?><?cs if:c.required ?> <span class="needed"><?cs var:T.user_form.needed ?></span><?cs /if ?></label>
<?cs call:setup_control(c, "", c.help) ?><?cs call:setup_help(c) ?></div><?cs
/if ?><?cs
/each ?><?cs
if:Setup.strands ?>
<p class="field"><label class="tick"><input type="checkbox" name="force" value="1"> <?cs var:T.setup.force ?></label></p><?cs
/if ?>
<div class="actions"><button class="main"><?cs var:T.setup.save ?></button><?cs
if:!Setup.single ?> <a class="button" href="<?cs var:Setup.path ?>"><?cs var:T.user_form.cancel ?></a><?cs /if ?><?cs
if:Setup.delete ?> <a class="button danger" href="<?cs var:Setup.delete ?>"><?cs var:T.setup.delete.button ?></a><?cs /if ?></div>
</form>
