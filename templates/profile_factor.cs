<?cs # The second factor.  Values: cgi/pages/profile_factor.c. ?><?cs
call:heading(Page.title) ?>
<div class="text"><?cs
if:subcount(Codes) ?>
<p><?cs var:T.factor.codes ?></p>
<ul class="codes"><?cs each:c = Codes ?><li><code><?cs var:c ?></code></li><?cs /each ?></ul>
<p><?cs var:T.factor.codes_once ?></p>
<p class="actions"><?cs call:link_button("/profile", T.token.back) ?></p><?cs
elif:Factor.path ?>
<ol class="steps">
<li><p><?cs var:T.factor.scan ?></p>
<svg class="qr" role="img" aria-label="<?cs var:T.factor.qr ?>" viewBox="0 0 <?cs var:Factor.size ?> <?cs var:Factor.size ?>"><path d="<?cs var:Factor.path ?>"></path></svg>
<p><a href="<?cs var:Factor.uri ?>"><?cs var:T.factor.same_device ?></a></p>
<p><?cs var:T.factor.typed ?> <code><?cs var:Factor.secret ?></code></p></li>
<li><form method="post" action="/profile/second-factor"><?cs call:csrf() ?>
<?cs call:code_field(T.factor.code) ?>
<div class="actions"><button class="main" name="action" value="confirm"><?cs var:T.factor.confirm ?></button> <?cs call:link_button("/profile", T.user_form.cancel) ?></div>
</form></li>
</ol><?cs
elif:Factor.since.iso ?>
<p><?cs var:T.factor.on ?> <time datetime="<?cs var:Factor.since.iso ?>"><?cs var:Factor.since.text ?></time>. <?cs var:Factor.left ?></p>
<form method="post" action="/profile/second-factor"><?cs call:csrf() ?>
<p><?cs var:T.factor.change ?></p>
<?cs call:field("password", T.password.old, "password", "", "current-password") ?>
<div class="actions"><button name="action" value="renew"><?cs var:T.factor.renew ?></button>
<button class="danger main" name="action" value="off"><?cs var:T.factor.off ?></button></div>
</form><?cs
else ?>
<p><?cs var:T.factor.intro ?></p>
<form method="post" action="/profile/second-factor"><?cs call:csrf() ?>
<div class="actions"><button class="main" name="action" value="start"><?cs var:T.factor.start ?></button></div>
</form><?cs
/if ?>
</div>
