<?cs # Sheets to print, one user a page.  Values: cgi/pages/user_sheets.c. ?><?cs
def:sheet_line(label, value) ?><div><dt><?cs var:label ?></dt><dd><?cs if:string.length(value) ?><?cs var:value ?><?cs else ?><span class="dim"><?cs var:T.user_sheets.hidden ?></span><?cs /if ?></dd></div><?cs /def ?><?cs
call:strip_begin(Page.title) ?>
<p class="strip-count"><?cs var:Sheet.count ?></p><?cs
call:strip_end() ?>
<form class="sheet-tools" method="post" action="<?cs var:Page.ipbx ?>/users/sheets"><?cs call:csrf() ?><?cs
call:filter_kept() ?><?cs
if:Sheet.secrets ?><input type="hidden" name="secrets" value="1"><?cs /if ?>
<p><?cs var:T.user_sheets.intro ?></p>
<div class="actions"><button type="button" class="main" data-print hidden><?cs var:T.user_sheets.print ?></button><?cs
if:Sheet.may_show && !Sheet.secrets ?>
<button name="secrets" value="1"><?cs var:T.user_sheets.with_secrets ?></button><?cs /if ?><?cs
if:Sheet.previous ?> <button name="page" value="<?cs var:Sheet.previous ?>"><?cs var:T.user_sheets.previous ?></button><?cs /if ?><?cs
if:Sheet.next ?> <button name="page" value="<?cs var:Sheet.next ?>"><?cs var:T.user_sheets.next ?></button><?cs /if ?></div>
</form><?cs
each:s = Sheets ?>
<article class="sheet">
<p class="sheet-entity"><?cs var:s.entity ?></p>
<h2><bdi><?cs var:s.name ?></bdi></h2>
<dl class="sheet-main">
<?cs if:s.exten ?><div><dt><?cs var:T.user_sheets.exten ?></dt><dd class="sheet-number"><?cs var:s.exten ?></dd></div><?cs /if ?><?cs
if:s.incalls ?><?cs call:sheet_line(T.user_sheets.incalls, s.incalls) ?><?cs /if ?><?cs
if:s.username ?><?cs call:sheet_line(T.user_sheets.username, s.username) ?><?cs /if ?>
</dl><?cs
if:s.code || s.sip_username ?>
<h3><?cs var:T.user_sheets.phone ?></h3><?cs
if:s.code ?>
<p><?cs var:T.user_sheets.code_how ?></p>
<dl><?cs call:sheet_line(T.user_sheets.code, s.code) ?></dl><?cs
/if ?><?cs
if:s.sip_username ?>
<p><?cs var:T.user_sheets.sip_how ?></p>
<dl><?cs call:sheet_line(T.user_sheets.realm, s.realm) ?>
<?cs call:sheet_line(T.user_sheets.sip_username, s.sip_username) ?>
<?cs call:sheet_line(T.user_sheets.sip_secret, s.sip_secret) ?></dl><?cs
/if ?><?cs
/if ?><?cs
if:s.voicemail ?>
<h3><?cs var:T.user_sheets.voicemail ?></h3>
<dl><?cs call:sheet_line(T.user_sheets.voicemail_number, s.voicemail) ?><?cs
if:s.has_pin ?><?cs call:sheet_line(T.user_sheets.pin, s.pin) ?><?cs /if ?></dl><?cs
/if ?>
</article><?cs
/each ?>
