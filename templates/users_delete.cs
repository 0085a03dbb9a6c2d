<?cs # The question before users are deleted.  Values: cgi/pages/users_delete.c. ?><?cs
call:heading(Page.title) ?>
<form class="text panel" method="post" action="<?cs var:Page.ipbx ?>/users/delete"><?cs call:csrf() ?>
<input type="hidden" name="go" value="<?cs var:Delete.go ?>">
<input type="hidden" name="sure" value="1">
<p><strong><?cs var:Delete.sure ?></strong></p>
<ul class="doomed"><?cs
each:u = Users ?>
<li><input type="hidden" name="users" value="<?cs var:u.uuid ?>"><bdi><?cs var:u.name ?></bdi><span class="dim"><?cs
if:u.number ?> · <?cs var:u.number ?><?cs /if ?> · <?cs var:u.entity ?></span></li><?cs
/each ?>
</ul>
<p><?cs var:T.users_delete.what ?></p>
<div class="field"><label class="tick"><input name="numbers" type="checkbox" value="delete"<?cs if:Delete.numbers ?> checked<?cs /if ?> aria-describedby="numbers-help"> <?cs var:T.users_delete.numbers ?></label>
<p class="help" id="numbers-help"><?cs var:T.users_delete.numbers_help ?></p></div>
<div class="actions"><button class="main danger"><?cs var:T.users_delete.submit ?></button> <?cs call:link_button(Delete.go, T.users_delete.cancel) ?></div>
</form>
