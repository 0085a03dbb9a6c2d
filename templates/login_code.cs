<div class="login">
<h1><?cs var:T.login.code.title ?></h1>
<?cs call:messages() ?>
<form method="post" action="/login/code">
<?cs call:csrf() ?><input type="hidden" name="go" value="<?cs var:Login.go ?>">
<?cs call:code_field(T.login.code.label) ?>
<p class="help"><?cs var:T.login.code.help ?></p>
<div class="actions"><?cs call:button(T.login.submit) ?></div>
</form>
</div>
