<?cs call:heading(Page.title) ?>
<div class="text">
<p><?cs var:T.error[Error.name].text ?></p>
<ul class="ways"><?cs
if:Page.onward ?><li><?cs call:link_button(Page.onward, T.error.ways.go_on) ?></li><?cs
elif:Error.again && Error.status != 404 && Error.status != 403 && Error.status != 405 && Error.name != "parameter" ?><li><?cs call:link_button(Error.again, T.error.ways.again) ?></li><?cs
/if ?><?cs
if:Error.users ?><li><a href="<?cs var:Page.ipbx ?>/users"><?cs var:T.error.ways.users ?></a></li><?cs
elif:!Who.username && !Page.onward ?><li><a href="/login"><?cs var:T.error.ways.login ?></a></li><?cs
/if ?>
</ul>
<p class="dim"><?cs var:T.error.status ?> <?cs var:Error.status ?> · <?cs var:T.error.request ?> <code><?cs var:Error.id ?></code></p>
</div>
