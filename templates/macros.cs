<?cs # What pages are built of.  Every page begins with heading(), or with
   # strip_begin() ... strip_end() where it has tools of its own in the strip.
   # A macro stands before those that call it. ?><?cs

# An icon of static/icons/icons.svg, for the eye alone: words stand beside it,
# or hidden ones in .hidden. ?><?cs
def:icon(name) ?><svg class="icon" aria-hidden="true" focusable="false"><use href="/static/icons/icons.svg?v=<?cs var:Page.static ?>#<?cs var:name ?>"/></svg><?cs /def ?><?cs

def:csrf() ?><input type="hidden" name="csrf" value="<?cs var:Page.csrf ?>"><?cs /def ?><?cs

def:menu_entry(entry, href, text) ?><li><a href="<?cs var:href ?>"<?cs if:Page.entry == entry ?> class="active" aria-current="page"<?cs /if ?>><?cs var:text ?></a></li><?cs /def ?><?cs

# The same with a number, of which a text tells what it counts; none where there is nothing. ?><?cs
def:menu_entry_count(entry, href, text, n, meaning) ?><li><a href="<?cs var:href ?>"<?cs if:Page.entry == entry ?> class="active" aria-current="page"<?cs /if ?>><?cs var:text ?> <span id="badge" class="badge" data-alive="<?cs var:n ?>"<?cs if:!n ?> hidden<?cs /if ?>><span aria-hidden="true"><?cs var:n ?></span><span class="hidden">(<?cs var:meaning ?>)</span></span></a></li><?cs /def ?><?cs

# --- boxes ------------------------------------------------------------------
# tone: done, notice, warning, error.  The word of the tone is read out. ?><?cs
def:box_begin(tone) ?><div class="box <?cs var:tone ?>"<?cs if:tone == "error" ?> role="alert"<?cs /if ?>><?cs call:icon(tone) ?><div><span class="hidden"><?cs var:T.tone[tone] ?><?cs var:T.common.colon ?> </span><?cs /def ?><?cs
def:box_end() ?></div></div><?cs /def ?><?cs
def:box(tone, text) ?><?cs call:box_begin(tone) ?><p><?cs var:text ?></p><?cs call:box_end() ?><?cs /def ?><?cs

# What page_say and page_fault said.  The focus goes to the first error. ?><?cs
def:messages() ?><?cs if:subcount(Messages) ?><div class="messages"<?cs if:Page.wrong ?> id="faults" tabindex="-1" data-focus<?cs /if ?>><?cs
each:m = Messages ?><?cs call:box_begin(m.tone) ?><p><?cs
if:m.href ?><a href="<?cs var:m.href ?>"><?cs var:m.text ?></a><?cs elif:m.field ?><a href="#<?cs var:m.field ?>"><?cs var:m.text ?></a><?cs else ?><?cs var:m.text ?><?cs /if ?></p><?cs
call:box_end() ?><?cs
/each ?></div><?cs /if ?><?cs /def ?><?cs

# --- strip: trail, h1, tools; then what there is to say ---------------------- ?><?cs
def:strip_begin(title) ?><div class="strip"><div class="strip-title"><?cs
if:subcount(Trail) ?><nav class="trail" aria-label="<?cs var:T.common.trail ?>"><?cs
each:t = Trail ?><a href="<?cs var:t.href ?>"><?cs var:t.text ?></a> <span aria-hidden="true">›</span> <?cs
/each ?></nav><?cs
/if ?><h1><?cs var:title ?></h1></div><?cs /def ?><?cs

def:strip_end() ?></div><?cs call:messages() ?><?cs /def ?><?cs

def:heading(title) ?><?cs call:strip_begin(title) ?><?cs call:strip_end() ?><?cs /def ?><?cs

# The plus button of the users' pages: opens by hover, click, touch and keyboard
# (static/app.js; without scripts by hover and focus).  What has no page yet, or
# is not allowed, is not in it. ?><?cs
def:plus_menu() ?><?cs if:May.import || May.update || May.export ?><div class="plus" data-plus>
<button type="button" class="plus-button" aria-expanded="false" aria-controls="plus-menu"><?cs call:icon("plus") ?><span class="hidden"><?cs var:T.users.add ?></span></button>
<ul id="plus-menu" class="plus-menu"><?cs
if:May.import ?>
<li><a href="/services/ipbx/users/add"><?cs call:icon("plus") ?><?cs var:T.users.add ?></a></li>
<li><a href="/services/ipbx/users/import"><?cs call:icon("import") ?><?cs var:T.users.import ?></a></li><?cs
/if ?><?cs
if:May.update ?>
<li><a href="/services/ipbx/users/update"><?cs call:icon("update") ?><?cs var:T.users.update ?></a></li><?cs
/if ?><?cs
if:May.export ?>
<li><a href="<?cs var:List.export ?>"><?cs call:icon("export") ?><?cs var:T.users.export ?></a></li><?cs
/if ?>
</ul>
</div><?cs /if ?><?cs /def ?><?cs

# --- forms --------------------------------------------------------------------
# Attributes that tie a control to its fault and its help (help: 1 where the
# page has an element ID-help). ?><?cs
def:described(id, help) ?><?cs if:Fault[id] ?> aria-invalid="true" aria-describedby="<?cs var:id ?>-fault<?cs if:help ?> <?cs var:id ?>-help<?cs /if ?>"<?cs elif:help ?> aria-describedby="<?cs var:id ?>-help"<?cs /if ?><?cs /def ?><?cs
def:fault(id) ?><?cs if:Fault[id] ?><p class="fault" id="<?cs var:id ?>-fault"><?cs call:icon("error") ?><?cs var:Fault[id] ?></p><?cs /if ?><?cs /def ?><?cs

# One labelled line of text.  type: text, password ...; auto: its autocomplete. ?><?cs
def:field(id, label, type, value, auto) ?><div class="field"><label for="<?cs var:id ?>"><?cs var:label ?></label>
<input id="<?cs var:id ?>" name="<?cs var:id ?>" type="<?cs var:type ?>" value="<?cs var:value ?>" autocomplete="<?cs var:auto ?>"<?cs call:described(id, "") ?>><?cs call:fault(id) ?></div><?cs /def ?><?cs

# A code of the telephone.  A recovery code has letters, so the keyboard is not of digits. ?><?cs
def:code_field(label) ?><div class="field"><label for="code"><?cs var:label ?></label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="40" required<?cs call:described("code", "") ?>><?cs call:fault("code") ?></div><?cs /def ?><?cs

# A new password, typed twice. ?><?cs
def:new_password() ?><div class="field"><label for="new"><?cs var:T.password.new ?></label>
<input id="new" name="new" type="password" autocomplete="new-password"<?cs call:described("new", "1") ?>><?cs call:fault("new") ?>
<p class="help" id="new-help"><?cs var:T.password.fault.rule ?></p></div>
<?cs call:field("again", T.password.again, "password", "", "new-password") ?><?cs /def ?><?cs

def:button(text) ?><button class="main"><?cs var:text ?></button><?cs /def ?><?cs
def:link_button(href, text) ?><a class="button" href="<?cs var:href ?>"><?cs var:text ?></a><?cs /def ?><?cs

# The filter of users that a form keeps: users_filter_keep, and users that were named. ?><?cs
def:filter_kept() ?><?cs each:f = Filter ?><input type="hidden" name="<?cs var:f.name ?>" value="<?cs var:f.value ?>"><?cs /each ?><?cs
each:u = Chosen ?><input type="hidden" name="users" value="<?cs var:u ?>"><?cs /each ?><?cs /def ?><?cs

# --- lists ----------------------------------------------------------------------
# A wide table scrolls in a region of its own, which the keyboard can reach.
# `label` names it; a <table> stands between the two. ?><?cs
def:scroll_begin(label) ?><div class="scroll" role="region" aria-label="<?cs var:label ?>" tabindex="0"><?cs /def ?><?cs
def:scroll_end() ?></div><?cs /def ?><?cs

# --- downloads ------------------------------------------------------------------
# Beside every CSV file: a spreadsheet may spoil it. ?><?cs
def:csv_hint() ?><p class="help csv-hint"><?cs var:T.common.csv_open ?> <a href="/help/<?cs var:T.common.help_page ?>#open_csv"><?cs var:T.common.csv_how ?></a></p><?cs /def ?><?cs

# What page_pager set. ?><?cs
def:pager() ?><div class="pager"><p class="pager-rows"><?cs var:Pager.rows ?></p><?cs
if:subcount(Pager.pages) ?><nav aria-label="<?cs var:T.common.pages ?>"><ul><?cs
if:Pager.previous ?><li><a rel="prev" href="<?cs var:Pager.previous ?>"><?cs call:icon("left") ?><span class="pager-word"><?cs var:T.common.previous ?></span></a></li><?cs /if ?><?cs
each:n = Pager.pages ?><?cs if:n.gap ?><li class="gap" aria-hidden="true">…</li><?cs /if ?><li><?cs
if:n.current ?><a href="<?cs var:n.href ?>" aria-current="page"><?cs var:n.n ?></a><?cs
else ?><a href="<?cs var:n.href ?>"><?cs var:n.n ?></a><?cs /if ?></li><?cs
/each ?><?cs
if:Pager.next ?><li><a rel="next" href="<?cs var:Pager.next ?>"><span class="pager-word"><?cs var:T.common.next ?></span><?cs call:icon("right") ?></a></li><?cs /if ?></ul></nav><?cs
/if ?></div><?cs /def ?>
