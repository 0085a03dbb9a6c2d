# Building, running and testing Rollcall.
# `make help` lists the targets, from the comments on their lines.

VERSION      := 0.2.0
BUILD        ?= build
RUN_DIR      ?= .run
PORT         ?= 8080
SIP_PORT     ?= 5060
TLS_PORT     ?= 9486
FUZZ_SECONDS ?= 60
FUZZ_RUNS    ?= 20000
PREFIX       ?= /usr
MAKEFLAGS    += --no-print-directory
PLACES       ?= $(shell nproc)
export BUILD RUN_DIR PORT TLS_PORT SIP_PORT PLACES

# The packages that a fresh Debian 12 needs, to run and to test.  lowdown makes the help pages of docs/.
PACKAGES := gcc libc6-dev libfcgi-dev libcsv-dev libjansson-dev clearsilver-dev \
	libpq-dev libssl-dev libcrypt-dev zlib1g-dev libzip-dev libexpat1-dev libunistring-dev libidn2-dev libsystemd-dev libcrack2-dev cracklib-runtime libqrencode-dev libcurl4-openssl-dev postgresql-15 nginx spawn-fcgi multiwatch openssl curl lowdown
# Telephones over the database (make phones): Kamailio with its modules.
PHONE_PACKAGES := kamailio kamailio-postgres-modules kamailio-websocket-modules \
	kamailio-tls-modules kamailio-presence-modules
TEST_PACKAGES := clang libclang-rt-14-dev libcmocka-dev pgtap chromium-headless-shell nodejs npm wrk man-db libreoffice-calc-nogui \
	$(PHONE_PACKAGES) sip-tester sipsak baresip pgbouncer mandoc
CLUSTER_PACKAGES := etcd-server patroni haproxy iproute2 procps
PEER_PACKAGES := python3-django-import-export python3-psycopg2
DEB_PACKAGES := debhelper dh-apparmor lintian dpkg-dev

# --- compiler -------------------------------------------------------------

CSTD     := -std=c17 -D_GNU_SOURCE
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wvla $(if $(WERROR),-Werror)
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
LDHARDEN := -pie -Wl,-z,relro,-z,now
# The fortified libc hides faults from the sanitizers, so only one of them is used.
CHECKS   := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
CFLAGS   ?= -O2 -g
CPPFLAGS := -Icgi -isystem /usr/include/ClearSilver -isystem /usr/include/postgresql \
	-DROLLCALL_VERSION='"$(VERSION)"'
LIBS     := -lfcgi -lpq -ljansson -lcsv -lcrypto -lcrypt -lneo_cgi -lneo_cs -lneo_utl -lzip -lexpat -lunistring -lidn2 -lz -lcrack -lqrencode -lcurl -lm -lsystemd
# In cgi/ functions that are not in a header must be static.
PUBLIC   = $(if $(filter cgi/%,$<),-Wmissing-prototypes -Wstrict-prototypes)
COMPILE  = $(CC) $(CSTD) $(WARN) $(PUBLIC) $(HARDEN) $(CFLAGS) $(CHECKS) $(CPPFLAGS) -MMD -MP
LINK     = $(CC) $(CFLAGS) $(LDHARDEN) $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE))

SOURCES := $(sort $(wildcard cgi/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
MAIN    := $(BUILD)/cgi/main.o
PROGRAM := $(BUILD)/rollcall
LIBRARY := $(BUILD)/librollcall.a

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS   := $(UNIT_SOURCES:%.c=$(BUILD)/%)
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZERS      := $(FUZZ_SOURCES:%.c=$(BUILD)/%)

# V=1 shows the commands.
Q := $(if $(V),,@)

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

.PHONY: build
build: $(PROGRAM) $(LIBRARY) help-pages ## The program: build/rollcall (CC=clang, WERROR=1, V=1 work)

$(PROGRAM): $(MAIN) $(LIBRARY)
	@echo '  LINK  $@'
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(LIBRARY): $(OBJECTS)
	@echo '  AR    $@'
	@rm -f $@
	$(Q)ar rcsD $@ $(OBJECTS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(COMPILE) -c -o $@ $<

# With other flags or files than last time, compile or archive again.
$(BUILD)/flags: ALWAYS
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",\",$(COMPILE))" | cmp -s - $@ || printf '%s\n' "$(subst ",\",$(COMPILE))" >$@
$(BUILD)/objects: ALWAYS
	@mkdir -p $(@D)
	@echo '$(OBJECTS)' | cmp -s - $@ || echo '$(OBJECTS)' >$@
$(LIBRARY): $(BUILD)/objects
.PHONY: ALWAYS
ALWAYS:

$(UNIT_TESTS): $(BUILD)/%: $(BUILD)/%.o $(LIBRARY)
	@echo '  LINK  $@'
	$(Q)$(LINK) -o $@ $^ -lcmocka $(LIBS)

-include $(OBJECTS:.o=.d) $(MAIN:.o=.d) $(UNIT_TESTS:=.d) $(FUZZERS:=.d)

# --- the guide, as pages -----------------------------------------------------

HELP       := $(BUILD)/help
HELP_PAGES := $(patsubst %,$(HELP)/%.html,guide guide.fr glossary fields issues)

.PHONY: help-pages
help-pages: $(HELP_PAGES) $(HELP)/screenshots
$(HELP)/%.html: docs/%.md docs/help.sh
	@mkdir -p $(@D)
	@echo '  HELP  $@'
	$(Q)docs/help.sh $< >$@
$(HELP)/screenshots: docs/guide.md docs/guide.fr.md $(wildcard docs/screenshots/*.png)
	@mkdir -p $@
	$(Q)cp $$(sed -n 's|.*(\(screenshots/[a-z-]*\.png\)).*|docs/\1|p' docs/guide.md docs/guide.fr.md | sort -u) $@
	@touch $@

# --- run ------------------------------------------------------------------

.PHONY: deps deps-run deps-test run stop
deps: deps-run deps-test ## Installs the packages that are missing (apt-get, npm)
deps-run:
	@nginx/stack/deps.sh $(PACKAGES)
deps-test:
	@nginx/stack/deps.sh $(TEST_PACKAGES)
	@$(MAKE) -s tests/node_modules/.package-lock.json

tests/node_modules/.package-lock.json: tests/package-lock.json
	@cd tests && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

run: deps-run ## Everything, at http://127.0.0.1:8080 (PORT=, TLS_PORT=, DETACH=1, FRESH=1, SITE=FILE.json)
	@$(MAKE) -j$$(nproc) build
	@nginx/stack/run.sh

.PHONY: phones
phones: ## Kamailio for the users of `make run`, at 127.0.0.1:5060 (SIP_PORT=)
	@nginx/stack/deps.sh $(PHONE_PACKAGES)
	@nginx/telephone/run.sh

stop: ## Ends what `make run` and `make phones` started
	@nginx/stack/stop.sh

# --- tests ----------------------------------------------------------------

TESTS := unit lint fuzz sql cli api telephone e2e

.PHONY: check check-build unit unit-build sql cli api telephone e2e lint asan
check: ## Installs, builds and tests everything; ends with `N passed, N failed`
	@$(MAKE) deps
	@$(MAKE) -j$$(nproc) check-build
	@FUZZ_RUNS=$(FUZZ_RUNS) tests/run $(TESTS)
check-build: build unit-build $(if $(filter fuzz,$(TESTS)),fuzzers) $(if $(filter asan,$(TESTS)),asan-build)

unit: unit-build ## The unit tests alone (FILTER=word chooses files, here and below)
	@tests/run unit
unit-build: $(UNIT_TESTS)
sql: build ## The SQL tests alone
	@tests/run sql
cli: build deps-test ## The tests of the command line alone
	@tests/run cli
api: build deps-test ## The tests of the API alone
	@tests/run api
telephone: build deps-test ## The tests with Kamailio and telephones alone
	@tests/run telephone
e2e: build deps-test ## The browser tests alone
	@tests/run e2e
lint: build ## What the compiler cannot see, by the project's own rules
	@tests/run lint
asan: ## The whole suite with AddressSanitizer and UBSan (fuzzers have them always)
	@$(MAKE) BUILD=$(BUILD)/asan SANITIZE=address,undefined TESTS='$(filter-out fuzz,$(TESTS))' check

.PHONY: ci analyze
ci: ## What continuous integration runs: analyze, check, a build by clang, unit tests with sanitizers
	@$(MAKE) deps
	@$(MAKE) WERROR=1 analyze
	@$(MAKE) WERROR=1 TESTS='$(TESTS) asan' check
analyze: ## clang's static analyzer over cgi/; a finding is an error
	@printf '%s\n' $(strip $(SOURCES)) cgi/main.c | xargs -n 1 -P $$(nproc) \
		clang --analyze -Xclang -analyzer-werror --analyzer-output text $(CSTD) $(CPPFLAGS)

.PHONY: coverage
coverage: ## Lines of cgi/ that the suites run, by file
	@-$(MAKE) BUILD=$(BUILD)/coverage CFLAGS='-Og -g --coverage' TESTS='unit sql cli api telephone e2e' check
	@for c in $(SOURCES); do gcov -n -o $(BUILD)/coverage/$${c%.c}.o $$c 2>/dev/null; done | awk '\
		/^File/ { file = $$2 } \
		/^Lines executed/ && file ~ /^.cgi.*c.$$/ { split($$2, p, /[:%]/); n = $$4; \
			printf "%6.1f %% of %4d  %s\n", p[2], n, file; all += n; run += n * p[2] / 100; file = "" } \
		END { printf "%6.1f %% of %4d\n", 100 * run / all, all }'

# Fuzzers are built by clang, the program's objects with them, in a folder of their own.
FUZZ_MAKE = $(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/fuzz SANITIZE=fuzzer-no-link,address,undefined

.PHONY: fuzzers fuzz-link asan-build
fuzzers:
	@+$(if $(FUZZ_SOURCES),$(FUZZ_MAKE) fuzz-link)
fuzz-link: $(FUZZERS)
# The unit tests with the fuzzers' objects: clang's warnings and sanitizers without a second build.
asan-build: fuzzers
	@+$(FUZZ_MAKE) unit-build $(BUILD)/fuzz/cgi/main.o
$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(LIBRARY)
	@echo '  LINK  $@'
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

.PHONY: fuzz
fuzz: fuzzers ## Each fuzzer for FUZZ_SECONDS=60 on its corpus
	@for f in $(notdir $(FUZZERS)); do \
		mkdir -p $(BUILD)/fuzz/corpus/$$f tests/fuzz/corpus/$$f; \
		$(BUILD)/fuzz/tests/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 \
			-artifact_prefix=$(BUILD)/fuzz/$$f- $(BUILD)/fuzz/corpus/$$f tests/fuzz/corpus/$$f || exit; \
	done

.PHONY: cluster cluster-stop cluster-check
cluster: build ## Two Rollcall hosts, three PostgreSQL under Patroni, HAProxy: http://10.77.0.30/ (VIA=haproxy)
	@nginx/stack/deps.sh $(CLUSTER_PACKAGES)
	@tests/cluster/up
cluster-stop: ## Ends what `make cluster` started, with its data
	@tests/cluster/down
cluster-check: build ## Kills, freezes and cuts nodes of it while it works (RUNS=1, FAULT=word, VIA=haproxy, TABLE=)
	@nginx/stack/deps.sh $(CLUSTER_PACKAGES)
	@tests/cluster/run
.PHONY: upgrade-check
upgrade-check: build deps-test ## Upgrades two hosts of the version before while they work (OLD=REV)
	@tests/cluster/upgrade

.PHONY: faults
faults: build deps-test ## Kills, cuts and full disks at random moments (FAULTS=3, SEED=, TABLE=docs/faults.md)
	@tests/faults/run

.PHONY: recipes
recipes: build unit-build deps-test ## Does the recipes of docs/recipes.md on copies of the tree (some minutes)
	@tests/recipes/run

# --- generated files ------------------------------------------------------

.PHONY: generate docs screenshots
generate: ## Lists of columns in sql/ and static/openapi.json, from cgi/csv/fields.def
	@cgi/csv/generate.pl
docs: $(PROGRAM) ## docs/fields.md and docs/issues.md, from the tables of the program
	@for name in fields issues; do docs/generate.pl $$name >docs/$$name.md || exit; done
screenshots: $(PROGRAM) deps-test ## docs/screenshots, of a stack with the demo site
	@ROLLCALL=$(abspath $(PROGRAM)) tests/screenshots/take.mjs

# --- installing -----------------------------------------------------------

# The files that the program reads are installed by version, so that processes of another version
# keep theirs.  Files that no process uses any more are deleted.
SHARE    := $(DESTDIR)$(PREFIX)/share/rollcall
UNIT_DIR ?= $(PREFIX)/lib/systemd/system
UNITS    := $(DESTDIR)$(UNIT_DIR)
NGINX    := $(DESTDIR)/etc/nginx
# The values that `make install` writes in place of the names in at-signs.
LOCAL    := -e 's|@HTTP@|80|; s|@TLS@ ssl|443 ssl;\n\tlisten 9486 ssl|; s|@TLS_PORT@|443|' \
	-e 's|@SOCKETS@|/run/rollcall|; s|@STATIC@|$(PREFIX)/share/rollcall/static|' \
	-e 's|@HELP@|$(PREFIX)/share/rollcall/help|' \
	-e 's|@TLS_DIR@|/etc/rollcall/tls|; s|@BODY_MB@|51|; s|@SNIPPET@|snippets/rollcall.conf|' \
	-e 's|@PHONES@|/etc/nginx/rollcall.d|' -e 's|@PREFIX@|$(PREFIX)|; s|/usr/share/rollcall|$(PREFIX)/share/rollcall|'

.PHONY: install
install: build ## Program, SQL, templates, site and systemd units (DESTDIR=, PREFIX=/usr)
	install -D -m 0755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/rollcall
	install -d $(SHARE)/$(VERSION) $(UNITS) $(DESTDIR)/etc/rollcall/tls \
		$(NGINX)/conf.d $(NGINX)/snippets $(NGINX)/sites-available
	for old in $(SHARE)/[0-9]*; do \
		[ $$old = $(SHARE)/$(VERSION) ] || flock -n -x $$old rm -rf $$old || echo "$$old is still in use"; \
	done
	cp -R --no-preserve=mode,ownership sql templates static $(HELP) $(SHARE)/$(VERSION)
	install -D -m 0755 -t $(SHARE)/$(VERSION)/admin nginx/admin/*
	install -D -m 0644 -t $(SHARE)/$(VERSION)/telephone nginx/telephone/kamailio.cfg nginx/telephone/*.service \
		nginx/telephone/tls.cfg nginx/telephone/wss.nginx
	ln -sfn $(VERSION)/static $(SHARE)/static
	ln -sfn $(VERSION)/help $(SHARE)/help
	ln -sfn $(VERSION)/telephone $(SHARE)/telephone
	for unit in nginx/systemd/*.socket nginx/systemd/*.service nginx/systemd/*.target; do \
		sed $(LOCAL) $$unit >$(UNITS)/$${unit##*/} || exit; \
	done
	install -D -m 0644 nginx/systemd/rollcall.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/rollcall.conf
	install -D -m 0644 nginx/systemd/rollcall.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/rollcall.conf
	sed $(LOCAL) nginx/rollcall-http.nginx >$(NGINX)/conf.d/rollcall.conf
	sed $(LOCAL) nginx/rollcall.nginx >$(NGINX)/snippets/rollcall.conf
	[ -e $(NGINX)/sites-available/rollcall ] || \
		sed $(LOCAL) nginx/rollcall-site.nginx >$(NGINX)/sites-available/rollcall
	[ -e $(DESTDIR)/etc/rollcall/rollcall.conf ] || \
		sed $(LOCAL) nginx/rollcall.conf.sample >$(DESTDIR)/etc/rollcall/rollcall.conf
	install -D -m 0644 docs/rollcall.1 $(DESTDIR)$(PREFIX)/share/man/man1/rollcall.1
	install -d $(DESTDIR)$(PREFIX)/share/man/man5
	docs/generate.pl man5 >$(DESTDIR)$(PREFIX)/share/man/man5/rollcall.conf.5
	install -D -m 0644 docs/rollcall.bash-completion $(DESTDIR)$(PREFIX)/share/bash-completion/completions/rollcall

.PHONY: deb
deb: dist ## The last commit as build/deb/rollcall_VERSION_ARCH.deb, and what lintian says of it
	@nginx/stack/deps.sh $(DEB_PACKAGES)
	@nginx/debian/build $(BUILD) $(VERSION)

.PHONY: sizing
sizing: build ## What tenants and users take of this machine; WRITE=1 puts it into docs/operations.md (SIZES=)
	@tests/bench/sizing.sh

.PHONY: bench bench-peers bench-phones dist
bench: build ## Speed of imports, updates and exports against the database's own floor, and memory
	@tests/bench/bench.sh
bench-peers: build ## The same file by django-import-export, and by SQL by hand
	@nginx/stack/deps.sh $(PEER_PACKAGES)
	@SECTIONS=peers tests/bench/bench.sh
bench-phones: build deps-test ## Registrations and routes a second, and imports while phones register
	@tests/bench/phones.sh
dist: ## The source of the last commit as build/rollcall-VERSION.tar.gz
	@git diff --quiet HEAD || { echo 'dist: there are changes that are not committed' >&2; exit 1; }
	@mkdir -p $(BUILD)
	@git archive --prefix=rollcall-$(VERSION)/ -o $(BUILD)/rollcall-$(VERSION).tar.gz HEAD
	@cd $(BUILD) && sha256sum rollcall-$(VERSION).tar.gz

.PHONY: clean
clean: ## Removes what was built
	rm -rf $(BUILD)

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
