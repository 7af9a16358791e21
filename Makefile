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

# What takes long: the fuzzers, each for SOAK_S seconds.
SOAK_S ?= 600
soak: fuzz
	@tests/fuzz/soak build-fuzz $(SOAK_S)

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

install: all
	@DESTDIR=$(DESTDIR) meson install -C build

clean:
	rm -rf build build-test build-fuzz

FORCE:
.PHONY: all test fuzz soak bench lint demo-call install clean FORCE
