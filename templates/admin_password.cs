<?cs # A password that is set for another administrator.  Values: cgi/pages/profile_password.c. ?><?cs
call:heading(Page.title) ?>
<div class="text"><?cs
if:Admin.done ?><?cs
if:Admin.password ?>
<dl class="once"><div><dt><?cs var:T.admin_password.generated ?></dt><dd><code><?cs var:Admin.password ?></code></dd></div></dl>
<p><?cs var:T.user_set.once ?></p><?cs
/if ?>
<p><?cs var:T.admin_password.next ?></p><?cs
if:Admin.factor_off ?><p><?cs var:T.admin_password.factor_off ?></p><?cs /if ?><?cs
else ?>
<form class="panel" method="post" action="/configuration/administrators/<?cs var:Admin.id ?>/password"><?cs call:csrf() ?>
<p><?cs var:T.admin_password.intro ?></p>
<?cs call:new_password() ?>
<p class="help"><?cs var:T.admin_password.empty ?></p>
<div class="field"><label class="tick"><input name="factor" type="checkbox" value="off"> <?cs var:T.admin_password.factor ?></label></div>
<div class="actions"><?cs call:button(T.password.submit) ?></div>
</form><?cs
/if ?>
</div>
