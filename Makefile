# The targets that people type; Meson and Ninja do the work.
PREFIX ?= /usr/local
RELEASE = --buildtype=release -Db_lto=true -Db_pie=true -Dtests=disabled
CHECKED = -Db_sanitize=address,undefined -Db_lundef=false

all: build/build.ninja web/dist/index.html
	@ninja -C build
build/build.ninja:
	@meson setup build $(RELEASE) --prefix=$(PREFIX)

test: build-test/build.ninja web/dist/index.html
	@ninja -C build-test
	@python3 tests/run.py build-test
build-test/build.ninja:
	@scripts/modules data/plan
	@meson setup build-test $(CHECKED)

web/dist/index.html: FORCE
	@scripts/pages

fuzz: build-fuzz/build.ninja
	@ninja -C build-fuzz fuzzers
build-fuzz/build.ninja:
	@scripts/packages build test fuzz
	@CC=clang meson setup build-fuzz $(CHECKED) -Dc_args=-fsanitize=fuzzer-no-link

# What takes long: idle TLS connections by the thousand, the fuzzers, each for SOAK_S seconds,
# SOAK_JOBS of them at a time, then ten minutes of legal and hostile traffic.
SOAK_S ?= 3600
SOAK_JOBS ?= 1
soak: all fuzz build-test/build.ninja
	@ninja -C build bench/idle-tls
	@python3 bench/idle_tls.py build
	@tests/fuzz/soak build-fuzz $(SOAK_S) $(SOAK_JOBS)
	@ninja -C build-test
	@TRAFFIC_S=600 OWNLINE=$(CURDIR)/build-test/ownline node --test tests/e2e/traffic.test.mjs

bench: all
	@scripts/packages bench
	@python3 bench/run.py build

lint:
	@scripts/packages lint
	@cppcheck --quiet --enable=warning,portability --inline-suppr --error-exitcode=1 -Isrc src
	@git ls-files 'src/*.[ch]' 'tests/*.[ch]' | xargs clang-format --dry-run -Werror

demo-call: all
	@scripts/packages demo-call
	@node tests/e2e/demo_call.mjs build/ownline

# Real clients through every feature, against the checked build; writes docs/interop.md.
interop: build-test/build.ninja
	@scripts/packages build test interop
	@scripts/modules web
	@scripts/modules tests/interop
	@ninja -C build-test
	@OWNLINE=build-test/ownline node tests/interop/run.mjs

install: all
	@DESTDIR=$(DESTDIR) meson install -C build

clean:
	rm -rf build build-test build-fuzz

FORCE:
.PHONY: all test fuzz soak bench lint demo-call interop install clean FORCE
