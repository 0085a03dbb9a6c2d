# The whole tree: sizes of files, leftovers, paths of this machine.
use strict;
use warnings;
use lib 'tests/lint';
use Cwd;
use Lint;

my @folders = grep { -e } qw(cgi sql templates static nginx tests docs .ci Makefile README.md);
my @text = grep { !m{^tests/(data|fuzz/corpus)/} && -T } tree(qr/./, @folders);
my @code = grep { /\.(c|h|def|sql|cs|css|js|mjs|sh|pl|pm|awk)$/ } @text;

my %fixed = map { $_ => 1 } qw(cgi sql templates static nginx tests docs build node_modules);
opendir my $dir, '.' or die;
check('the folders at the top are those of the plan',
	grep { -d && !/^\./ && !$fixed{$_} } sort readdir $dir);

check('no file over 600 lines', map { "$_->[0]: $_->[1]" } grep { $_->[1] > 600 }
	map { [$_, scalar(() = slurp($_) =~ /\n/g)] } @code, 'Makefile');

sub each_line {
	my ($match, @files) = @_;
	my @faults;
	for my $file (@files) {
		lines($file, slurp($file), sub {
			my ($at, $text) = @_;
			push @faults, "$at: $1" if $text =~ $match;
		});
	}
	return @faults;
}

# The lints and the readers of TAP contain these words.
check('nothing is left for later', each_line(qr/\b(TODO|FIXME|HACK)\b/,
	grep { !m{^tests/(lint/|run$|\w+\.awk$)} } @text));

my $here = getcwd();
check('no path of one machine', each_line(qr{((?:/home|/Users|/root)/\w+)}, @text),
	$here =~ m{^/[^/]+/.} ? each_line(qr/(\Q$here\E)/, @text) : ());

check('text ends with a newline, without trailing blanks or carriage returns',
	(grep { my $t = slurp($_); length $t && ($t !~ /\n\z/ || $t =~ /\r/) }
		grep { !/\.(svg)$/ } @text),
	each_line(qr/(\S[ \t]+)$/, grep { !/\.md$/ } @code));

check('scripts can be executed', grep { slurp($_) =~ /^#!/ && !-x } @text);

check('the lock file names no host', each_line(qr{("resolved".*|https?://\S+)}, 'tests/package-lock.json'));

done();
