<?cs # The addresses of a phonebook that was made, shown once.  Values: cgi/pages/phonebook.c. ?><?cs
call:heading(Page.title) ?>
<div class="text">
<p><?cs var:T.phonebook.once ?></p>
<dl class="once links"><?cs
each:l = Links ?>
<div><dt><?cs var:l.text ?></dt><dd><code><?cs var:l.href ?></code></dd></div><?cs
/each ?>
</dl>
<p class="help"><?cs var:T.phonebook.search ?></p><?cs
if:Phonebook.plain ?><p class="help"><?cs var:T.phonebook.plain_hint ?></p><?cs /if ?>
<p class="actions"><?cs call:link_button(Page.ipbx + "/phonebook", T.phonebook.back) ?></p>
</div>
