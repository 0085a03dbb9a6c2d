<?cs # The webhook of an entity.  Values: cgi/pages/webhook.c. ?><?cs
call:heading(Page.title) ?>
<div class="text">
<p><?cs var:T.webhook.intro ?></p><?cs
if:Webhook.no_entity ?>
<?cs call:box("notice", T.webhook.choose) ?><?cs
else ?><?cs
if:Webhook.secret ?>
<dl class="once"><div><dt><?cs var:T.webhook.secret ?></dt><dd><code><?cs var:Webhook.secret ?></code></dd></div></dl>
<p><?cs var:T.user_set.once ?></p><?cs
/if ?><?cs
if:Webhook.failure ?><?cs call:box_begin("warning") ?><p><?cs var:T.webhook.failed ?> <?cs var:Webhook.failure ?>. <time datetime="<?cs var:Webhook.failed.iso ?>"><?cs var:Webhook.failed.text ?></time></p><?cs call:box_end() ?><?cs /if ?><?cs
if:Webhook.waiting ?><p><?cs var:Webhook.waiting ?></p><?cs /if ?>
<form class="panel" method="post" action="/configuration/webhook"><?cs call:csrf() ?>
<div class="field"><label for="url"><?cs var:T.webhook.url ?></label>
<input id="url" name="url" type="url" value="<?cs var:Webhook.url ?>" autocomplete="off" maxlength="2000"<?cs call:described("url", "1") ?>><?cs call:fault("url") ?>
<p class="help" id="url-help"><?cs var:T.webhook.url_help ?></p></div><?cs
if:Webhook.is ?>
<div class="field"><label class="tick"><input name="renew" type="checkbox" value="1"> <?cs var:T.webhook.renew ?></label></div><?cs
/if ?>
<div class="actions"><?cs call:button(T.webhook.save) ?></div>
</form><?cs
if:Webhook.is ?>
<h2 class="part" id="test"><?cs var:T.webhook.test.title ?></h2>
<p><?cs var:T.webhook.test.intro ?></p>
<div role="status"><div id="answer" data-alive="<?cs var:Webhook.test.state ?>"<?cs if:Webhook.test.state == "waits" ?> data-await="1"<?cs /if ?>><?cs
if:Webhook.test.state == "waits" ?><?cs call:box("notice", T.webhook.test.waits) ?><?cs
elif:Webhook.test.state ?><?cs call:box_begin(Webhook.test.state) ?><p><?cs var:T.webhook.test[Webhook.test.state] ?> <?cs var:Webhook.test.answer ?>.</p><?cs call:box_end() ?><?cs
/if ?></div></div>
<form method="post" action="/configuration/webhook/test"><?cs call:csrf() ?>
<div class="actions"><button><?cs var:T.webhook.test.send ?></button></div>
</form><?cs
/if ?><?cs
/if ?>
</div>
