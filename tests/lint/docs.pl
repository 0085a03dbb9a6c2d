# The documents: generated files are not stale, and links lead to something that exists.
use strict;
use warnings;
use lib 'tests/lint';
use File::Basename;
use Lint;

for my $name (qw(fields issues)) {
	my $made = `docs/generate.pl $name`;
	check("docs/$name.md is what `make docs` makes of the tables",
		$? != 0 || $made ne slurp("docs/$name.md") ? ("run `make docs`") : ());
}

for my $page (['docs/rollcall.1', 'cat docs/rollcall.1'], ['rollcall.conf.5', 'docs/generate.pl man5']) {
	my ($name, $command) = @$page;
	chomp(my @faults = `$command | mandoc -T lint 2>&1`);
	check("mandoc finds nothing in $name", @faults);
}

my @documents = grep { -e } 'README.md', 'tests/README.md', tree(qr/\.md$/, 'docs');
my @faults;
for my $file (@documents) {
	my $text = slurp($file);
	lines($file, $text, sub {
		my ($at, $line) = @_;
		while ($line =~ /\]\(([^)#:\s]+)(#[^)\s]*)?\)/g) {
			my $target = dirname($file) . "/$1";
			push @faults, "$at: $1" unless -e $target;
		}
	});
}
check('each link of a document leads to a file', @faults);

@faults = ();
for my $file (@documents) {
	lines($file, slurp($file), sub {
		my ($at, $line) = @_;
		while ($line =~ m{`((?:cgi|sql|templates|static|nginx|tests|docs)/[\w./*-]*\w)`}g) {
			push @faults, "$at: $1" unless $1 =~ m{NN|NAME} || grep { -e } glob $1;
		}
	});
}
check('each path that a document names is there', @faults);

# The link to the help is made in templates/layout.cs; setup, numbers and uploads have parts of another name there.
my %parts;
for my $file (tree(qr/\.c$/, 'cgi/pages')) {
	my $text = slurp($file);
	$parts{$1} = $file while $text =~ /page_show\(p, "(?!setup_|number)([a-z_]+)"/g;
}
@faults = ();
for my $guide ('docs/guide.md', 'docs/guide.fr.md') {
	my $text = slurp($guide);
	push @faults, map { "$guide: <a id=\"$_\"> for $parts{$_}" } grep { $text !~ /<a id="$_">/ } sort keys %parts;
}
check('the guide has a part for each page, where its help leads', %parts > 20 ? @faults : ('the pages were not found'));

chomp(my @lost = `tests/recipes/run --places`);
check('each place that a recipe names is there', @lost);

done();
