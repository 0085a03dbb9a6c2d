<?cs # A secret that was made for a user, shown once.  Values: cgi/pages/user_set.c. ?><?cs
call:heading(Page.title) ?>
<div class="text">
<dl class="once"><div><dt><?cs var:Secret.label ?></dt><dd><code><?cs var:Secret.value ?></code></dd></div></dl>
<p><?cs var:T.user_set.once ?></p>
<p class="actions"><?cs call:link_button(Secret.back, T.user_set.back) ?></p>
</div>
