<?cs # The frame of every page.  Values: cgi/pages/frame.c and page.h. ?><?cs
include!"macros.cs" ?><!DOCTYPE html>
<html lang="<?cs var:Page.language ?>">
<head>
<meta charset="utf-8">
<title><?cs if:Page.percent ?><?cs var:Page.percent ?> - <?cs /if ?><?cs var:Page.title ?> - <?cs var:T.common.product ?></title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/static/app.css?v=<?cs var:Page.static ?>">
<link rel="stylesheet" href="/static/pages.css?v=<?cs var:Page.static ?>">
<link rel="icon" href="/static/icons/rollcall.svg" type="image/svg+xml">
<script src="/static/app.js?v=<?cs var:Page.static ?>" defer></script><?cs
if:Page.refresh ?>
<noscript><meta http-equiv="refresh" content="<?cs var:Page.refresh ?>"></noscript><?cs
/if ?><?cs
if:Page.onward ?>
<meta http-equiv="refresh" content="0; url=<?cs var:Page.onward ?>"><?cs
/if ?>
</head>
<body>
<a class="skip" href="#content"><?cs var:T.common.skip ?></a>
<header class="top"><?cs
if:Page.menu ?>
<button type="button" class="menu-open" popovertarget="menu"><?cs call:icon("menu") ?><?cs var:T.menu.open ?></button><?cs
/if ?>
<a class="brand" href="/"><?cs call:icon("brand") ?><?cs var:T.common.product ?></a>
<a class="help-link" href="/help/<?cs var:T.common.help_page ?>#<?cs if:Setup.key ?>setup_<?cs var:Setup.key ?><?cs elif:Numbers.kind ?>numbers<?cs elif:Import.kind ?><?cs var:Import.kind ?><?cs else ?><?cs var:Page.name ?><?cs /if ?>"><?cs var:T.common.help ?></a>
<div class="top-end"><?cs
if:Who.root ?>
<form class="chooser" method="post" action="/scope"><?cs call:csrf() ?>
<input type="hidden" name="go" value="<?cs var:Page.target ?>">
<label for="scope"><?cs var:T.common.scope ?></label>
<select id="scope" name="tenant">
<option value="0"><?cs var:T.common.all_tenants ?></option><?cs
each:s = Scopes ?>
<option value="<?cs var:s.id ?>"<?cs if:s.current ?> selected<?cs /if ?>><?cs var:s.name ?></option><?cs
/each ?>
</select>
<button class="small"><?cs var:T.common.choose ?></button>
</form><?cs
elif:Who.tenant ?>
<span class="who-scope"><?cs var:T.common.scope ?> <b><?cs var:Who.tenant ?></b></span><?cs
/if ?><?cs
if:Who.username ?>
<form class="logout" method="post" action="/logout"><?cs call:csrf() ?>
<a class="who" href="/profile"><?cs call:icon("user") ?><span class="hidden"><?cs var:T.common.signed_in_as ?> </span><?cs var:Who.username ?></a>
<button class="plain"><?cs var:T.common.logout ?></button>
</form><?cs
/if ?>
</div>
</header>
<div class="frame<?cs if:!Who.username ?> alone<?cs /if ?>"><?cs
if:Page.menu ?>
<nav id="menu" class="menu" popover aria-label="<?cs var:T.menu.label ?>">
<button type="button" class="menu-close" popovertarget="menu" popovertargetaction="hide"><?cs call:icon("close") ?><span class="hidden"><?cs var:T.menu.close ?></span></button>
<p class="menu-place"><?cs var:T.menu.services ?> <span aria-hidden="true">›</span> <?cs var:T.menu.ipbx ?></p>
<?cs if:Who.root ?><p class="menu-section"><?cs var:T.menu.general ?></p>
<ul>
<?cs call:menu_entry("telephony", Page.ipbx + "/telephony", T.setup.telephony.title) ?>
</ul><?cs /if ?>
<p class="menu-section"><?cs var:T.menu.settings ?></p>
<ul><?cs
if:May.read ?>
<?cs call:menu_entry("users", Page.ipbx + "/users", T.menu.users) ?><?cs
/if ?><?cs
if:May.import || May.update ?>
<?cs call:menu_entry_count("imports", Page.ipbx + "/imports", T.menu.imports, News.under_way, News.under_way_text) ?><?cs
/if ?><?cs
if:May.read ?>
<?cs call:menu_entry("voicemail", Page.ipbx + "/voicemails", T.numbers.voicemail.title) ?><?cs
/if ?><?cs
if:May.setup ?>
<?cs call:menu_entry("phonebook", Page.ipbx + "/phonebook", T.menu.phonebook) ?>
<?cs call:menu_entry("labels", Page.ipbx + "/labels", T.setup.labels.title) ?>
<?cs call:menu_entry("template_lines", Page.ipbx + "/template_lines", T.setup.template_lines.title) ?><?cs
/if ?>
</ul><?cs
if:May.setup || May.read ?>
<p class="menu-section"><?cs var:T.menu.calls ?></p>
<ul><?cs
if:May.read ?>
<?cs call:menu_entry("incall", Page.ipbx + "/incalls", T.numbers.incall.title) ?><?cs
/if ?><?cs
if:May.setup ?>
<?cs call:menu_entry("call_permissions", Page.ipbx + "/call_permissions", T.setup.call_permissions.title) ?><?cs
/if ?>
</ul><?cs
/if ?><?cs
if:May.read ?>
<p class="menu-section"><?cs var:T.menu.services_ipbx ?></p>
<ul>
<?cs call:menu_entry("extension", Page.ipbx + "/extensions", T.numbers.extension.title) ?>
</ul><?cs
/if ?><?cs
if:May.setup ?>
<p class="menu-section"><?cs var:T.menu.trunks ?></p>
<ul>
<?cs call:menu_entry("trunks", Page.ipbx + "/trunks", T.setup.trunks.title) ?>
</ul>
<p class="menu-section"><?cs var:T.menu.configuration ?></p>
<ul>
<?cs call:menu_entry("contexts", Page.ipbx + "/contexts", T.setup.contexts.title) ?>
</ul>
<p class="menu-section"><?cs var:T.menu.cti ?></p>
<ul>
<?cs call:menu_entry("cti_profiles", "/services/cti/profiles", T.setup.cti_profiles.title) ?>
</ul>
<p class="menu-section"><?cs var:T.menu.management ?></p>
<ul><?cs
if:Who.root ?>
<?cs call:menu_entry("tenants", "/configuration/entities", T.setup.tenants.title) ?><?cs
/if ?>
<?cs call:menu_entry("admins", "/configuration/administrators", T.setup.admins.title) ?>
<?cs call:menu_entry("webhook", "/configuration/webhook", T.webhook.title) ?>
<?cs call:menu_entry("audit", "/configuration/audit", T.menu.audit) ?>
</ul><?cs
/if ?>
</nav><?cs
/if ?>
<main id="content" tabindex="-1">
<?cs include!Page.template ?>
</main>
</div>
<footer class="bottom">
<p><?cs var:T.common.product ?> <?cs var:Page.version ?></p>
<form class="languages" method="post" action="/language" aria-label="<?cs var:T.language.choose ?>"><?cs call:csrf() ?>
<input type="hidden" name="go" value="<?cs var:Page.target ?>"><?cs
each:l = Languages ?>
<button class="plain" name="language" value="<?cs var:l.code ?>" lang="<?cs var:l.code ?>"<?cs
if:l.current ?> aria-current="true"<?cs /if ?>><?cs var:l.name ?></button><?cs
/each ?>
</form>
</footer>
</body>
</html>
