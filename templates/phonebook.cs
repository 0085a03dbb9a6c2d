<?cs # The phonebooks.  Values: cgi/pages/phonebook.c. ?><?cs
call:heading(Page.title) ?>
<div class="text"><p><?cs var:T.phonebook.intro ?></p></div><?cs
if:subcount(Books) ?><?cs
call:scroll_begin(T.phonebook.title) ?>
<table class="stacked phonebooks">
<caption class="hidden"><?cs var:T.phonebook.caption ?></caption>
<thead><tr><th scope="col"><?cs
var:T.phonebook.name ?></th><?cs
if:Phonebook.entities ?><th scope="col"><?cs var:T.imports.entity ?></th><?cs /if ?><th scope="col"><?cs
var:T.phonebook.kind ?></th><th scope="col"><?cs
var:T.phonebook.created ?></th><th scope="col"><?cs
var:T.phonebook.used ?></th><th scope="col"><span class="hidden"><?cs var:T.phonebook.revoke ?></span></th></tr></thead>
<tbody><?cs
each:b = Books ?>
<tr><th scope="row" data-label="<?cs var:T.phonebook.name ?>"><bdi><?cs var:b.name ?></bdi></th><?cs
if:Phonebook.entities ?><td data-label="<?cs var:T.imports.entity ?>"><?cs var:b.entity ?></td><?cs /if ?><td data-label="<?cs
var:T.phonebook.kind ?>"><span><?cs if:b.mobile ?><?cs var:T.phonebook.with_mobile ?><?cs else ?><?cs var:T.phonebook.without_mobile ?><?cs /if ?><?cs
if:b.plain ?><br><?cs var:T.phonebook.with_plain ?><?cs /if ?></span></td><td data-label="<?cs
var:T.phonebook.created ?>"><span><time datetime="<?cs var:b.created.iso ?>"><?cs var:b.created.text ?></time><br><span class="dim"><?cs var:b.who ?></span></span></td><td data-label="<?cs
var:T.phonebook.used ?>"><?cs if:b.used ?><?cs var:b.used ?><?cs else ?><span class="dim"><?cs var:T.phonebook.never ?></span><?cs /if ?></td><td>
<details class="revoke"><summary><?cs var:T.phonebook.revoke ?><span class="hidden"> <?cs var:b.name ?></span></summary>
<form method="post" action="<?cs var:Page.ipbx ?>/phonebook/<?cs var:b.id ?>/revoke"><?cs call:csrf() ?>
<p><?cs var:b.sure ?></p>
<button class="main danger"><?cs var:T.phonebook.revoke ?></button></form></details></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
/if ?><?cs
if:!Phonebook.entities ?>
<form class="text panel phonebooks-add" method="post" action="<?cs var:Page.ipbx ?>/phonebook"><?cs call:csrf() ?>
<h2><?cs var:T.phonebook.add ?></h2>
<div class="field"><label for="name"><?cs var:T.phonebook.name ?></label>
<input id="name" name="name" type="text" maxlength="80" required value="<?cs var:Phonebook.name ?>" autocomplete="off"<?cs call:described("name", "1") ?>><?cs call:fault("name") ?>
<p class="help" id="name-help"><?cs var:T.phonebook.name_help ?></p></div>
<div class="field"><label class="tick"><input name="mobile" type="checkbox" value="1"<?cs if:Phonebook.mobile ?> checked<?cs /if ?>> <?cs var:T.phonebook.mobile ?></label></div>
<div class="field"><label class="tick"><input name="plain" type="checkbox" value="1"<?cs if:Phonebook.plain ?> checked<?cs /if ?> aria-describedby="plain-help"> <?cs var:T.phonebook.plain ?></label>
<p class="help" id="plain-help"><?cs var:T.phonebook.plain_help ?></p></div>
<div class="actions"><?cs call:button(T.phonebook.submit) ?></div>
</form><?cs
else ?>
<p class="dim"><?cs var:T.phonebook.choose_entity ?></p><?cs
/if ?>
