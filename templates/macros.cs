<?cs # The macros of all pages.  A page begins with heading(), or with strip_begin() ... strip_end() if
   # it has tools in the strip.  A macro is defined before those that call it. ?><?cs

# An icon of static/icons/icons.svg.  Screen readers skip it, so there is always a text beside it,
# or a hidden one (.hidden). ?><?cs
def:icon(name) ?><svg class="icon" aria-hidden="true" focusable="false"><use href="/static/icons/icons.svg?v=<?cs var:Page.static ?>#<?cs var:name ?>"/></svg><?cs /def ?><?cs

def:csrf() ?><input type="hidden" name="csrf" value="<?cs var:Page.csrf ?>"><?cs /def ?><?cs

def:menu_entry(entry, href, text) ?><li><a href="<?cs var:href ?>"<?cs if:Page.entry == entry ?> class="active" aria-current="page"<?cs /if ?>><?cs var:text ?></a></li><?cs /def ?><?cs

# The same with a number; `meaning` says in words what it counts.  0 is not shown. ?><?cs
def:menu_entry_count(entry, href, text, n, meaning) ?><li><a href="<?cs var:href ?>"<?cs if:Page.entry == entry ?> class="active" aria-current="page"<?cs /if ?>><?cs var:text ?> <span id="badge" class="badge" data-alive="<?cs var:n ?>"<?cs if:!n ?> hidden<?cs /if ?>><span aria-hidden="true"><?cs var:n ?></span><span class="hidden">(<?cs var:meaning ?>)</span></span></a></li><?cs /def ?><?cs

# --- boxes ------------------------------------------------------------------
# tone: done, notice, warning, error.  Screen readers read the word of the tone. ?><?cs
def:box_begin(tone) ?><div class="box <?cs var:tone ?>"<?cs if:tone == "error" ?> role="alert"<?cs /if ?>><?cs call:icon(tone) ?><div><span class="hidden"><?cs var:T.tone[tone] ?><?cs var:T.common.colon ?> </span><?cs /def ?><?cs
def:box_end() ?></div></div><?cs /def ?><?cs
def:box(tone, text) ?><?cs call:box_begin(tone) ?><p><?cs var:text ?></p><?cs call:box_end() ?><?cs /def ?><?cs

# The messages of page_say and page_fault.  The focus goes to them if one is an error. ?><?cs
def:messages() ?><?cs if:subcount(Messages) ?><div class="messages"<?cs if:Page.wrong ?> id="faults" tabindex="-1" data-focus<?cs /if ?>><?cs
each:m = Messages ?><?cs call:box_begin(m.tone) ?><p><?cs
if:m.href ?><a href="<?cs var:m.href ?>"><?cs var:m.text ?></a><?cs elif:m.field ?><a href="#<?cs var:m.field ?>"><?cs var:m.text ?></a><?cs else ?><?cs var:m.text ?><?cs /if ?></p><?cs
call:box_end() ?><?cs
/each ?></div><?cs /if ?><?cs /def ?><?cs

# --- strip: trail, h1, tools; then the messages ------------------------------- ?><?cs
def:strip_begin(title) ?><div class="strip"><div class="strip-title"><?cs
if:subcount(Trail) ?><nav class="trail" aria-label="<?cs var:T.common.trail ?>"><?cs
each:t = Trail ?><a href="<?cs var:t.href ?>"><?cs var:t.text ?></a> <span aria-hidden="true">›</span> <?cs
/each ?></nav><?cs
/if ?><h1><?cs var:title ?></h1></div><?cs /def ?><?cs

def:strip_end() ?></div><?cs call:messages() ?><?cs /def ?><?cs

def:heading(title) ?><?cs call:strip_begin(title) ?><?cs call:strip_end() ?><?cs /def ?><?cs

# The plus button of the users' pages opens by hover, click, touch and keyboard (static/app.js;
# without scripts by hover and focus).  It has only what the administrator may do. ?><?cs
def:plus_menu() ?><?cs if:May.import || May.update || May.export ?><div class="plus" data-plus>
<button type="button" class="plus-button" aria-expanded="false" aria-controls="plus-menu"><?cs call:icon("plus") ?><span class="hidden"><?cs var:T.users.add ?></span></button>
<ul id="plus-menu" class="plus-menu"><?cs
if:May.import ?>
<li><a href="<?cs var:Page.ipbx ?>/users/add"><?cs call:icon("plus") ?><?cs var:T.users.add ?></a></li>
<li><a href="<?cs var:Page.ipbx ?>/users/import"><?cs call:icon("import") ?><?cs var:T.users.import ?></a></li><?cs
/if ?><?cs
if:May.update ?>
<li><a href="<?cs var:Page.ipbx ?>/users/update"><?cs call:icon("update") ?><?cs var:T.users.update ?></a></li><?cs
/if ?><?cs
if:May.export ?>
<li><a href="<?cs var:List.export ?>"><?cs call:icon("export") ?><?cs var:T.users.export ?></a></li><?cs
/if ?>
</ul>
</div><?cs /if ?><?cs /def ?><?cs

# --- forms --------------------------------------------------------------------
# Attributes that connect a control with its error and its help (help: 1 if the page has an element
# ID-help). ?><?cs
def:described(id, help) ?><?cs if:Fault[id] ?> aria-invalid="true" aria-describedby="<?cs var:id ?>-fault<?cs if:help ?> <?cs var:id ?>-help<?cs /if ?>"<?cs elif:help ?> aria-describedby="<?cs var:id ?>-help"<?cs /if ?><?cs /def ?><?cs
def:fault(id) ?><?cs if:Fault[id] ?><p class="fault" id="<?cs var:id ?>-fault"><?cs call:icon("error") ?><?cs var:Fault[id] ?></p><?cs /if ?><?cs /def ?><?cs

# A text field with its label.  type: text, password ...; auto: its autocomplete. ?><?cs
def:field(id, label, type, value, auto) ?><div class="field"><label for="<?cs var:id ?>"><?cs var:label ?></label>
<input id="<?cs var:id ?>" name="<?cs var:id ?>" type="<?cs var:type ?>" value="<?cs var:value ?>" autocomplete="<?cs var:auto ?>"<?cs call:described(id, "") ?>><?cs call:fault(id) ?></div><?cs /def ?><?cs

# A field for the code of the telephone.  The keyboard is not only of digits, as recovery codes have
# letters. ?><?cs
def:code_field(label) ?><div class="field"><label for="code"><?cs var:label ?></label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="40" required<?cs call:described("code", "") ?>><?cs call:fault("code") ?></div><?cs /def ?><?cs

# A new password, typed twice. ?><?cs
def:new_password() ?><div class="field"><label for="new"><?cs var:T.password.new ?></label>
<input id="new" name="new" type="password" autocomplete="new-password"<?cs call:described("new", "1") ?>><?cs call:fault("new") ?>
<p class="help" id="new-help"><?cs var:T.password.fault.rule ?></p></div>
<?cs call:field("again", T.password.again, "password", "", "new-password") ?><?cs /def ?><?cs

def:button(text) ?><button class="main"><?cs var:text ?></button><?cs /def ?><?cs
def:link_button(href, text) ?><a class="button" href="<?cs var:href ?>"><?cs var:text ?></a><?cs /def ?><?cs

# The field of a search in the strip, and its button.  `words` is shown in the field, `help` names
# it for screen readers. ?><?cs
def:search_field(value, words, help, most) ?><label class="hidden" for="q"><?cs var:help ?></label>
<input id="q" name="q" type="search" value="<?cs var:value ?>" placeholder="<?cs var:words ?>"<?cs if:help != words ?> title="<?cs var:help ?>"<?cs /if ?> autocomplete="off" maxlength="<?cs var:most ?>"><?cs /def ?><?cs
def:search_button(words) ?><button class="search-button"><?cs call:icon("search") ?><span class="hidden"><?cs var:words ?></span></button><?cs /def ?><?cs

# The filter of users that a form keeps: users_filter_keep, and users that were named. ?><?cs
def:filter_kept() ?><?cs each:f = Filter ?><input type="hidden" name="<?cs var:f.name ?>" value="<?cs var:f.value ?>"><?cs /each ?><?cs
each:u = Chosen ?><input type="hidden" name="users" value="<?cs var:u ?>"><?cs /each ?><?cs /def ?><?cs

# --- lists ----------------------------------------------------------------------
# A wide table scrolls in its own region, which the keyboard can reach.  `label` names the region; the
# <table> comes between the two. ?><?cs
def:scroll_begin(label) ?><div class="scroll" role="region" aria-label="<?cs var:label ?>" tabindex="0"><?cs /def ?><?cs
def:scroll_end() ?></div><?cs /def ?><?cs

# --- downloads ------------------------------------------------------------------
# The hint beside a CSV file: how to open it, as a spreadsheet may damage it. ?><?cs
def:csv_hint() ?><p class="help csv-hint"><?cs var:T.common.csv_open ?> <a href="/help/<?cs var:T.common.help_page ?>#open_csv"><?cs var:T.common.csv_how ?></a></p><?cs /def ?><?cs

# The pages of a list; the values are set by page_pager. ?><?cs
def:pager() ?><div class="pager"><p class="pager-rows"><?cs var:Pager.rows ?></p><?cs
if:subcount(Pager.pages) ?><nav aria-label="<?cs var:T.common.pages ?>"><ul><?cs
if:Pager.previous ?><li><a rel="prev" href="<?cs var:Pager.previous ?>"><?cs call:icon("left") ?><span class="pager-word"><?cs var:T.common.previous ?></span></a></li><?cs /if ?><?cs
each:n = Pager.pages ?><?cs if:n.gap ?><li class="gap" aria-hidden="true">…</li><?cs /if ?><li><?cs
if:n.current ?><a href="<?cs var:n.href ?>" aria-current="page"><?cs var:n.n ?></a><?cs
else ?><a href="<?cs var:n.href ?>"><?cs var:n.n ?></a><?cs /if ?></li><?cs
/each ?><?cs
if:Pager.next ?><li><a rel="next" href="<?cs var:Pager.next ?>"><span class="pager-word"><?cs var:T.common.next ?></span><?cs call:icon("right") ?></a></li><?cs /if ?></ul></nav><?cs
/if ?></div><?cs /def ?><?cs

# A list: its table begins with the caption, which only screen readers read; the rows come between the
# two; then its pages. ?><?cs
def:list_begin(label, caption, class) ?><?cs call:scroll_begin(label) ?>
<table class="<?cs var:class ?>">
<caption class="hidden"><?cs var:caption ?></caption><?cs /def ?><?cs
def:list_end() ?></tbody>
</table><?cs call:scroll_end() ?><?cs call:pager() ?><?cs /def ?>
