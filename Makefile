# `make run` and `make test` are all that a new machine needs: each installs what is missing first.

PREFIX ?= /usr/local
SWIFT ?= swift
# Whatever the build links or the program starts; the reasons stand in Sources/README.md.
PACKAGES := $(shell sed 's/\#.*//' packages.txt)
RELEASE_FLAGS := -c release --static-swift-stdlib
CNB := .build/release/cnb

.PHONY: run test fuzz build install packages clean

run: build
	$(CNB) run notebooks/quickstart.cnb --pdf
	@echo
	@echo "Done. Open notebooks/quickstart.html in a browser; notebooks/quickstart.pdf is the same for print."
	@echo "Your own: $(CNB) run notebooks/quickstart.cnb -P data=FILE     The prompt: $(CNB)"

build: packages
	$(SWIFT) build $(RELEASE_FLAGS) --product cnb

test: packages
	$(SWIFT) test --parallel --num-workers 2

# Fuzz/README.md says what it holds.
FUZZ := .build/fuzz
SECONDS ?= 60

fuzz: packages
	CNB_FUZZ=1 $(SWIFT) build --scratch-path $(FUZZ) --product cnb-fuzz
	rm -rf $(FUZZ)/seeds && $(FUZZ)/debug/cnb-fuzz seeds $(FUZZ)/seeds Tests/LanguageTests/*.swift notebooks/*.cnb Tests/NotebooksTests/Fixtures/Notebooks/*.cnb
	mkdir -p $(FUZZ)/corpus
	SWIFT_BACKTRACE=enable=no $(FUZZ)/debug/cnb-fuzz $(FUZZ)/corpus $(FUZZ)/seeds -max_total_time=$(SECONDS) -max_len=65536 -timeout=10 -artifact_prefix=$(FUZZ)/ -print_final_stats=1
	for reader in any delimited json log sequences; do mkdir -p $(FUZZ)/corpus-$$reader && \
	    SWIFT_BACKTRACE=enable=no $(FUZZ)/debug/cnb-fuzz reader=$$reader $(FUZZ)/corpus-$$reader Tests/TablesTests/Seeds -max_total_time=$(SECONDS) -max_len=4096 -timeout=10 \
	        -artifact_prefix=$(FUZZ)/$$reader- -print_final_stats=1 || exit 1; done

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(CNB) $(DESTDIR)$(PREFIX)/bin/cnb
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/cnb"

# Nothing is asked of the network when every package is there; sudo only for those who are not root.
packages:
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    echo "Installing" $$missing; \
	    if [ "$$(id -u)" -eq 0 ]; then as_root=env; else as_root="sudo"; fi; \
	    $$as_root apt-get update -q && \
	    $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	fi

clean:
	rm -rf .build
