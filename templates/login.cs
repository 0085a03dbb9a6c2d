<div class="login">
<h1><?cs var:T.login.title ?></h1>
<?cs call:messages() ?>
<form method="post" action="/login">
<?cs call:csrf() ?><input type="hidden" name="go" value="<?cs var:Login.go ?>">
<?cs call:field("username", T.login.username, "text", Login.username, "username") ?>
<?cs call:field("password", T.login.password, "password", "", "current-password") ?>
<div class="actions"><?cs call:button(T.login.submit) ?></div>
</form>
<p class="help"><?cs var:T.login.forgotten ?> <?cs var:Login.contact ?></p>
</div>
