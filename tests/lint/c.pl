# The rules of cgi/ that a compiler does not check: layers, forbidden calls, SQL outside of sql/,
# form.
use strict;
use warnings;
use lib 'tests/lint';
use Lint;

my @sources = tree(qr/\.[ch]$|\.def$/, 'cgi');
my %code = map { $_ => c_code(slurp($_)) } @sources;

# Each folder uses only the folders before it.  Pages and API do not use each other; the command line
# uses both.
my $rank = 0;
my %rank = map { $_ => ++$rank } qw(base sheet csv http db auth serve job users setup view);
$rank{$_} = $rank + 1 for qw(pages api);
$rank{cli} = $rank + 2;

my @faults;
for my $file (@sources) {
	my ($room) = $file =~ m{^cgi/(\w+)/} or next;
	push @faults, "$file: $room is not a room of the plan" unless $rank{$room};
	lines($file, slurp($file), sub {
		my ($at, $text) = @_;
		my ($other) = $text =~ m{^\s*#\s*include\s+"(\w+)/} or return;
		return if $other eq $room;
		push @faults, "$at: $room must not use $other"
			unless ($rank{$other} // 99) < ($rank{$room} // 0);
	});
}
check('each room of cgi/ uses only the rooms below it', @faults);

# A row of a route table: methods, path, session, rights, token, body.  Without the token a form of
# another site could change something.
my @posts = slurp('cgi/pages/routes.c') =~ /^\s*\{ (HTTP_POST,.*)$/mg;
check('each page that is posted to asks for the token of its form', scalar @posts < 30 ? 'routes.c is not understood' : (),
	grep { !/,\s*true,\s*ROUTE_(FORM|MULTIPART)/ } @posts);

for my $owner (['fcgiapp.h', qr/fcgi(app|_stdio|_config)\.h/, 'cgi/http/fcgi.c'],
	['ClearSilver', qr/ClearSilver\.h|neo_\w+\.h|cgi\/cgi\.h|cs\/cs\.h/, 'cgi/view/view.c'],
	['libcsv', qr/<csv\.h>/, 'cgi/csv/reader.c'], ['libzip', qr/<zip\.h>/, 'cgi/sheet/package.c'],
	['expat', qr/<expat\.h>/, 'cgi/sheet/xml.c']) {
	my ($name, $header, $only) = @$owner;
	check("$name is known to $only alone", grep { $_ ne $only &&
		slurp($_) =~ /^\s*#\s*include\s+\S*$header/m } @sources);
}

@faults = ();
my $forbidden = qr/\b(strcpy|stpcpy|strcat|strncat|sprintf|vsprintf|strtok|strtok_r|atoi|atol|atoll
	|atof|gets|alloca|system|popen|pthread_create|thrd_create|mktemp|tmpnam|setjmp|longjmp)\s*\(/x;
for my $file (@sources) {
	lines($file, $code{$file}, sub {
		my ($at, $text) = @_;
		push @faults, "$at: $1" if $text =~ $forbidden;
	});
}
check('no forbidden call', @faults);

@faults = ();
my $sql = qr/\b(SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE|VALUES\s*\(
	|(CREATE|ALTER|DROP)\s+(TABLE|ROLE|INDEX|FUNCTION|POLICY|DATABASE)|SET\s+LOCAL|LISTEN|NOTIFY
	|COPY\s+\w+|SAVEPOINT|ROLLBACK\s+TO)\b|(?i:\bselect\s.+\sfrom\s|\binsert\s+into\s|\bdelete\s+from\s)/x;
for my $file (@sources) {
	lines($file, c_strings(slurp($file)), sub {
		my ($at, $text) = @_;
		push @faults, "$at: $1" if $text =~ /($sql)/;
	});
}
check('no SQL text in C', @faults);

check('a file begins with what it is for', grep { slurp($_) !~ m{^/\*} } @sources);

@faults = ();
for my $file (grep { /\.[ch]$/ } @sources) {
	lines($file, slurp($file), sub {
		my ($at, $text) = @_;
		push @faults, "$at: trailing blank" if $text =~ /[ \t]$/;
		push @faults, "$at: indented by blanks" if $text =~ /^ {8}/;
		push @faults, "$at: wider than 120 columns" if columns($text) > 120
			&& $text !~ m{^\s*(\{.*\},|/\*.*\*/)$};	# a row of a table
	});
	lines($file, $code{$file}, sub {
		my ($at, $text) = @_;
		push @faults, "$at: the return type stands on the function's line"
			if $text =~ /^[a-z]\w*\(/;
		push @faults, "$at: struct x, without typedef" if $text =~ /\btypedef\s+(struct|union)\b/;
	});
}
check('form: tabs, width, return types, no typedef of structs', @faults);

sub columns {
	my ($text) = @_;
	my $n = 0;
	utf8::decode($text);
	$n = $_ eq "\t" ? $n + 8 - $n % 8 : $n + 1 for split //, $text;
	return $n;
}

done();
