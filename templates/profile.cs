<?cs # The profile of the administrator.  Values: cgi/pages/profile.c. ?><?cs
call:heading(Page.title) ?>
<section class="import-part">
<h2 id="preferences"><?cs var:T.profile.preferences ?></h2>
<form class="text panel" method="post" action="/profile"><?cs call:csrf() ?>
<div class="field"><label for="language"><?cs var:T.language.choose ?></label>
<select id="language" name="language"><option value=""><?cs var:T.profile.language_browser ?></option><?cs
each:l = Profile.languages ?><option value="<?cs var:l.code ?>" lang="<?cs var:l.code ?>"<?cs if:l.chosen ?> selected<?cs /if ?>><?cs var:l.name ?></option><?cs
/each ?></select></div>
<div class="field"><label for="separator"><?cs var:T.profile.separator ?></label>
<select id="separator" name="separator"><?cs
each:s = Profile.separators ?><option value="<?cs var:s.word ?>"<?cs if:s.chosen ?> selected<?cs /if ?>><?cs var:s.label ?></option><?cs
/each ?></select></div>
<?cs if:Profile.mails ?><div class="field"><label for="email"><?cs var:T.profile.email ?></label>
<input id="email" name="email" type="email" value="<?cs var:Profile.email ?>" autocomplete="email" maxlength="254"<?cs call:described("email", "1") ?>><?cs call:fault("email") ?>
<p class="help" id="email-help"><?cs var:T.profile.email_help ?></p></div><?cs /if ?>
<div class="actions"><?cs call:button(T.profile.save) ?><?cs if:May.read ?> <?cs call:link_button(Page.ipbx + "/users", T.profile.columns) ?><?cs /if ?></div>
</form>
</section>

<section class="import-part">
<h2 id="password"><?cs var:T.login.password ?></h2>
<p><?cs call:link_button("/profile/password", T.password.title) ?> <?cs call:link_button("/profile/second-factor", T.factor.title) ?></p>
<p class="text"><?cs if:Who.factor ?><?cs var:T.factor.is_on ?><?cs else ?><?cs var:T.factor.is_off ?><?cs /if ?></p>
</section>

<section class="import-part">
<h2 id="sessions"><?cs var:T.profile.sessions.title ?></h2>
<p class="text"><?cs var:T.profile.sessions.intro ?></p><?cs
call:scroll_begin(T.profile.sessions.title) ?>
<table class="stacked">
<thead><tr><th scope="col"><?cs var:T.profile.sessions.browser ?></th><th scope="col"><?cs
var:T.profile.sessions.address ?></th><th scope="col"><?cs
var:T.profile.sessions.created ?></th><th scope="col"><?cs
var:T.profile.sessions.seen ?></th><th scope="col"><span class="hidden"><?cs var:T.profile.sessions.end ?></span></th></tr></thead>
<tbody><?cs
each:s = Sessions ?>
<tr><th scope="row" data-label="<?cs var:T.profile.sessions.browser ?>"><bdi><?cs if:s.browser ?><?cs var:s.browser ?><?cs else ?><?cs var:T.profile.sessions.unknown ?><?cs /if ?></bdi></th><td data-label="<?cs
var:T.profile.sessions.address ?>"><?cs if:s.address ?><?cs var:s.address ?><?cs else ?><?cs var:T.common.none ?><?cs /if ?></td><td data-label="<?cs
var:T.profile.sessions.created ?>"><time datetime="<?cs var:s.created.iso ?>"><?cs var:s.created.text ?></time></td><td data-label="<?cs
var:T.profile.sessions.seen ?>"><time datetime="<?cs var:s.seen.iso ?>"><?cs var:s.seen.text ?></time></td><td><?cs
if:s.own ?><?cs var:T.profile.sessions.own ?><?cs
else ?><form method="post" action="/profile/sessions/end"><?cs call:csrf() ?><button class="small" name="id" value="<?cs var:s.id ?>" aria-label="<?cs var:T.profile.sessions.end ?> <?cs var:s.browser ?> <?cs var:s.seen.text ?>"><?cs var:T.profile.sessions.end ?></button></form><?cs
/if ?></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
if:Profile.others ?><form method="post" action="/profile/sessions/end"><?cs call:csrf() ?><button name="id" value="all"><?cs var:T.profile.sessions.end_all ?></button></form><?cs /if ?>
</section>

<section class="import-part">
<h2 id="tokens"><?cs var:T.token.tokens ?></h2>
<p class="text"><?cs var:T.token.intro ?></p><?cs
if:subcount(Tokens) ?><?cs
call:scroll_begin(T.token.tokens) ?>
<table class="stacked">
<thead><tr><th scope="col"><?cs var:T.token.name ?></th><th scope="col"><?cs
var:T.token.rights ?></th><th scope="col"><?cs
var:T.token.expires ?></th><th scope="col"><?cs
var:T.token.used ?></th><th scope="col"><span class="hidden"><?cs var:T.token.end ?></span></th></tr></thead>
<tbody><?cs
each:t = Tokens ?>
<tr><th scope="row" data-label="<?cs var:T.token.name ?>"><bdi><?cs if:t.name ?><?cs var:t.name ?><?cs else ?><?cs var:T.token.by_api ?><?cs /if ?></bdi></th><td data-label="<?cs
var:T.token.rights ?>"><?cs var:t.rights ?></td><td data-label="<?cs
var:T.token.expires ?>"><time datetime="<?cs var:t.expires.iso ?>"><?cs var:t.expires.text ?></time></td><td data-label="<?cs
var:T.token.used ?>"><?cs if:t.used.iso ?><time datetime="<?cs var:t.used.iso ?>"><?cs var:t.used.text ?></time><?cs else ?><?cs var:T.token.never ?><?cs /if ?></td><td><form method="post" action="/profile/tokens/end"><?cs call:csrf() ?><button class="small" name="id" value="<?cs var:t.id ?>" aria-label="<?cs var:T.token.end ?> <?cs if:t.name ?><?cs var:t.name ?><?cs else ?><?cs var:T.token.by_api ?> <?cs var:t.created.text ?><?cs /if ?>"><?cs var:T.token.end ?></button></form></td></tr><?cs
/each ?>
</tbody>
</table><?cs
call:scroll_end() ?><?cs
else ?>
<p class="dim"><?cs var:T.token.none ?></p><?cs
/if ?>
<p><?cs call:link_button("/profile/tokens/add", T.token.title) ?></p>
</section>
