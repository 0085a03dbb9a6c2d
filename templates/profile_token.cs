<?cs # A token for scripts.  Values: cgi/pages/profile_token.c. ?><?cs
call:heading(Page.title) ?>
<div class="text"><?cs
if:Token.secret ?>
<dl class="once"><div><dt><?cs var:Token.name ?></dt><dd><code><?cs var:Token.secret ?></code></dd></div></dl>
<p><?cs var:T.user_set.once ?></p>
<p><?cs var:T.token.use ?></p>
<pre class="command"><code>curl -H 'X-Auth-Token: <?cs var:T.token.placeholder ?>' <?cs var:Token.url ?>/1.1/users</code></pre>
<p class="actions"><?cs call:link_button("/profile", T.token.back) ?></p><?cs
else ?>
<form class="panel" method="post" action="/profile/tokens/add"><?cs call:csrf() ?>
<div class="field"><label for="name"><?cs var:T.token.name ?></label>
<input id="name" name="name" value="<?cs var:Token.name ?>" maxlength="80" autocomplete="off" required<?cs call:described("name", "1") ?>><?cs call:fault("name") ?>
<p class="help" id="name-help"><?cs var:T.token.name_help ?></p></div>
<fieldset class="field" id="rights" tabindex="-1"<?cs call:described("rights", "1") ?>><legend><?cs var:T.token.rights ?></legend>
<ul class="ticks"><?cs
each:r = Rights ?>
<li><label><input type="checkbox" name="rights" value="<?cs var:r.name ?>"<?cs if:r.ticked ?> checked<?cs /if ?>><span><code><?cs var:r.name ?></code> <span class="dim"><?cs var:r.meaning ?></span></span></label></li><?cs
/each ?>
</ul><?cs call:fault("rights") ?>
<p class="help" id="rights-help"><?cs var:T.token.rights_help ?></p></fieldset>
<div class="field"><label for="days"><?cs var:T.token.valid ?></label>
<select id="days" name="days"<?cs call:described("days", "") ?>><?cs
each:d = Days ?><option value="<?cs var:d.n ?>"<?cs if:d.chosen ?> selected<?cs /if ?>><?cs var:d.text ?></option><?cs
/each ?></select><?cs call:fault("days") ?></div>
<div class="actions"><?cs call:button(T.token.submit) ?> <?cs call:link_button("/profile", T.user_form.cancel) ?></div>
</form><?cs
/if ?>
</div>
