# What templates and scripts must not do: output without escaping, scripts and styles inside a page,
# forms without the token; and their addresses are routes.
use strict;
use warnings;
use lib 'tests/lint';
use Lint;

my @templates = tree(qr/\.cs$/, 'templates');
my @pages = (@templates, tree(qr/\.html$/, 'static'));
my %text = map { $_ => slurp($_) } @pages, tree(qr/\.js$/, 'static');

sub each_line {
	my ($match, @files) = @_;
	my @faults;
	for my $file (@files) {
		lines($file, $text{$file}, sub {
			my ($at, $line) = @_;
			push @faults, "$at: $1" if $line =~ /($match)/;
		});
	}
	return @faults;
}

check('there are templates', @templates ? () : 'none');
check('no output without escaping and no file by a variable name',
	each_line(qr/<\?cs\s*(?:uvar|evar|lvar|linclude)\b/, @templates));
check('no inline script', each_line(qr/<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*["']|javascript:/i, @pages));
check('no inline style', each_line(qr/<style\b|\sstyle\s*=\s*["']/i, @pages));
check('nothing from other hosts', each_line(qr{(?:src|href|action)="(?:https?:)?//[^"]*}i, @pages));

my @faults;
for my $file (@templates) {
	while ($text{$file} =~ m{(<form\b[^>]*>)(.*?)</form>}gsi) {
		my ($tag, $inside) = ($1, $2);
		push @faults, "$file: $tag" if $tag =~ /method="post"/i && $inside !~ /csrf/;
	}
}
check('every form that posts carries the token', @faults);

# The prefix of the pages of the telephone system, which templates have as Page.ipbx.
my ($ipbx) = slurp('cgi/http/route.h') =~ /#define ROUTE_IPBX "(.*)"/;
check('the prefix of the telephone system is written once', each_line(qr/\Q$ipbx\E/, @templates),
	grep { slurp($_) =~ /\Q$ipbx\E/ } grep { $_ ne 'cgi/http/route.h' } tree(qr/\.[ch]$/, 'cgi'));
s/<\?cs var:Page\.ipbx \?>/$ipbx/g, s/Page\.ipbx \+ "/"$ipbx/g for values %text;

# The parameters of each route's rows: { METHODS, PATTERN, LOGIN, ..., LIMIT, QUERY, PAGE(...) }.
my %macro = map { slurp("cgi/pages/$_.h") =~ /#define ((?:PATH_|USERS_)\w+)\s+(.*)/g } qw(paths users_filter);
my %query;
my $routes = slurp('cgi/pages/routes.c');
# Pages of the same kind have the rows of a macro: SETUP, NUMBERS.
$routes =~ s/ROUTE_IPBX "/"$ipbx/g;
while ($routes =~ /^\t([A-Z]+)\("([^"]*)"\),$/mg) {
	my ($macro, $path) = ($1, $2);
	my ($rows) = $routes =~ /#define $macro\(path\) \\\n(.*?)\n\n/s;
	while ($rows =~ /\{ HTTP_\w+, path(?: "([^"]*)")?,.*?\\\n\s*(NULL|"[^"]*"), PAGE/g) {
		my ($suffix, $names) = ($1 // '', $2);
		$query{"$path$suffix"}{$_} = 1 for '', $names =~ /[a-z_]+/g;
	}
}
for (split /\n/, $routes) {
	s/(USERS_\w+_PARAMS)/$macro{$1}/;
	my ($pattern, $names) = /^\t\{ HTTP_[^,]*,\s*([^,]+),.*,\s*(NULL|"[^"]*"(?: "[^"]*")*),\s*PAGE\(/ or next;
	1 while $pattern =~ s/(PATH_\w+)/$macro{$1}/;
	$pattern =~ s/ROUTE_IPBX/"$ipbx"/;
	$query{join '', $pattern =~ /"([^"]*)"/g}{$_} = 1 for '', $names =~ /[a-z_]+/g;
}

# The parameters of the route of an address; undefined if there is no such route.
sub route {
	my ($address) = @_;
	$address =~ s/<\?cs .*?\?>/1/g;
	for my $pattern (sort keys %query) {
		my $match = join '[^/]+', map { quotemeta } split /\{\w+\}/, $pattern, -1;
		return $query{$pattern} if $address =~ /^$match$/;
	}
	return;
}

@faults = ();
for my $file (@templates) {
	while ($text{$file} =~ m{"(/(?!static/)[^"?#]*)(?:\?(\w+)=[^"]*)?"}g) {
		my ($address, $name) = ($1, $2 // '');
		push @faults, "$file: $address $name" unless (route($address) // {})->{$name};
	}
	while ($text{$file} =~ m{<form\b[^>]*method="get"[^>]*action="(/[^"]*)"[^>]*>(.*?)</form>}gs) {
		my ($address, $inside) = ($1, $2);
		push @faults, map { "$file: $address $_" } grep { !(route($address) // {})->{$_} }
			$inside =~ /<(?:input|select)\b[^>]*\bname="(\w+)"/g;
	}
}
check('each address of a template is a route with parameters that its row lists', @faults);

check('scripts build no HTML or code from text',
	each_line(qr/\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write/,
		grep { /\.js$/ } keys %text));

done();
