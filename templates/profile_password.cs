<?cs # The own password.  Values: cgi/pages/profile_password.c. ?><?cs
call:heading(Page.title) ?>
<form class="text panel" method="post" action="/profile/password"><?cs call:csrf() ?><?cs
if:Password.due ?><?cs call:box("notice", T.password.due) ?><?cs /if ?>
<input type="hidden" name="username" value="<?cs var:Who.username ?>" autocomplete="username">
<?cs call:field("old", T.password.old, "password", "", "current-password") ?>
<?cs call:new_password() ?>
<p><?cs var:T.password.ends ?></p>
<div class="actions"><?cs call:button(T.password.submit) ?></div>
</form>
