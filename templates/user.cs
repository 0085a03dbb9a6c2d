<?cs # One user.  Values: cgi/pages/user.c. ?><?cs
call:strip_begin(User.name) ?>
<p class="strip-count"><?cs call:icon(User.state) ?><?cs var:T.users[User.state] ?></p>
<div class="tools"><?cs
if:May.update ?>
<a class="button small" href="<?cs var:Page.ipbx ?>/users/<?cs var:User.uuid ?>/edit"><?cs var:T.users.edit ?></a>
<form method="post" action="<?cs var:Page.ipbx ?>/users/<?cs var:User.uuid ?>/set"><?cs call:csrf() ?><?cs
if:User.state == "enabled" ?><button class="small" name="action" value="disable"><?cs var:T.user_set.disable ?></button><?cs
else ?><button class="small" name="action" value="enable"><?cs var:T.user_set.enable ?></button><?cs /if ?><?cs
if:User.voicemail ?><button class="small" name="action" value="pin"><?cs var:T.user_set.pin.button ?></button><?cs /if ?><?cs
if:User.registers ?><button class="small" name="action" value="sip_secret"><?cs var:T.user_set.sip_secret.button ?></button><?cs /if ?>
</form><?cs
/if ?><?cs
if:May.export ?>
<a class="button small" href="<?cs var:Page.ipbx ?>/users/export?users=<?cs var:User.uuid ?>"><?cs var:T.user.export ?></a><?cs
/if ?>
<a class="button small" href="<?cs var:Page.ipbx ?>/users/sheets?users=<?cs var:User.uuid ?>"><?cs var:T.user.sheet ?></a>
<a class="button small" href="<?cs var:Page.ipbx ?>/users/<?cs var:User.uuid ?>/history"><?cs var:T.user.history ?></a><?cs
if:May.delete ?>
<form method="post" action="<?cs var:Page.ipbx ?>/users/delete"><?cs call:csrf() ?>
<button class="small" name="only" value="<?cs var:User.uuid ?>"><?cs var:T.users.delete ?></button>
</form><?cs
/if ?>
</div><?cs
call:strip_end() ?><?cs
if:User.secrets ?>
<form id="secrets" method="post" action="<?cs var:Page.ipbx ?>/users/<?cs var:User.uuid ?>/secrets"><?cs call:csrf() ?></form><?cs
/if ?>
<dl class="first"><?cs
each:v = First ?>
<div><dt><?cs var:v.label ?></dt><dd class="<?cs var:v.column ?>"><?cs
if:string.length(v.value) ?><?cs var:v.value ?><?cs else ?><span class="dim"><?cs var:T.common.none ?></span><?cs /if ?></dd></div><?cs
/each ?>
</dl>
<div class="groups"><?cs
if:User.registers ?>
<section class="group group-registered" aria-labelledby="group-registered">
<h2 id="group-registered"><?cs var:T.user.phones ?></h2><?cs
if:subcount(Phones) ?><?cs
each:phone = Phones ?>
<dl>
<div><dt><?cs var:T.user.phone_since ?></dt><dd><time datetime="<?cs var:phone.since.iso ?>"><?cs var:phone.since.text ?></time></dd></div>
<div><dt><?cs var:T.user.phone_address ?></dt><dd><?cs if:phone.address ?><?cs var:phone.address ?> (<?cs var:phone.transport ?>)<?cs else ?><?cs var:phone.transport ?><?cs /if ?></dd></div>
<div><dt><?cs var:T.user.phone_agent ?></dt><dd><?cs if:phone.user_agent ?><bdi><?cs var:phone.user_agent ?></bdi><?cs else ?><span class="dim"><?cs var:T.common.none ?></span><?cs /if ?></dd></div>
</dl><?cs
/each ?><?cs
else ?>
<p class="dim"><?cs var:T.user.phone_none ?></p><?cs
/if ?>
</section><?cs
/if ?><?cs
each:g = Groups ?>
<section class="group group-<?cs var:g.name ?>" aria-labelledby="group-<?cs var:g.name ?>">
<h2 id="group-<?cs var:g.name ?>"><?cs var:g.title ?></h2><?cs
if:g.has ?>
<dl><?cs
each:v = g.values ?><?cs
if:v.column == "entity_id" ?>
<div><dt><?cs var:T.users.entity ?></dt><dd><?cs var:User.entity ?></dd></div><?cs /if ?>
<div><dt><?cs var:T.user.label[v.column] ?></dt><dd class="<?cs var:v.column ?>"><?cs
if:string.length(v.value) ?><?cs var:v.value ?><?cs else ?><span class="dim"><?cs var:T.common.none ?></span><?cs /if ?><?cs
if:v.secret ?> <button class="show" form="secrets"><?cs var:T.user.show ?><span class="hidden"> <?cs var:T.user.label[v.column] ?></span></button><?cs /if ?></dd></div><?cs
/each ?>
</dl><?cs
else ?>
<p class="dim"><?cs var:T.user.none ?></p><?cs
/if ?>
</section><?cs
/each ?>
</div>
