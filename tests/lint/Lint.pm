# What the lints share: the files of the tree, C without its comments, and TAP.
package Lint;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(tree slurp lines c_code c_strings check done);

my $n = 0;
my $failed = 0;

# The files below the given folders whose names match, without built and downloaded ones.
sub tree {
	my ($match, @folders) = @_;
	my @found;
	while (@folders) {
		my $path = shift @folders;
		next if $path =~ m{(^|/)(build|node_modules|\.git|\.run)$};
		if (-d $path && !-l $path) {
			opendir my $dir, $path or die "$path: $!";
			push @folders, map { "$path/$_" } sort grep { !/^\.\.?$/ } readdir $dir;
		} elsif (-f $path && $path =~ $match) {
			push @found, $path;
		}
	}
	return sort @found;
}

sub slurp {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!";
	local $/;
	return scalar(<$in>) // '';
}

# Calls back with ("FILE:LINE", text) for each line.
sub lines {
	my ($file, $text, $each) = @_;
	my $line = 0;
	$each->("$file:" . ++$line, $_) for split /\n/, $text;
}

# C with comments and the insides of strings blanked, line ends kept.
sub c_code {
	my ($text) = @_;
	my $blank = sub { my $t = shift; $t =~ s/[^\n]/ /g; return $t };
	$text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|('(?:\\.|[^'\\\n])*')}
		{ defined $1 ? $blank->($1) : defined $2 ? '"' . $blank->(substr $2, 1, -1) . '"' : "' '" }gse;
	return $text;
}

# The reverse: only the strings are left, without those of #include lines.
sub c_strings {
	my ($text) = @_;
	my $blank = sub { my $t = shift; $t =~ s/[^\n]/ /g; return $t };
	$text =~ s/^[ \t]*#[ \t]*include[^\n]*//gm;
	$text =~ s{("(?:\\.|[^"\\\n])*")|(/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|[^"/']+|.)}
		{ defined $1 ? $1 : $blank->($2) }gse;
	return $text;
}

# One test: passed when there are no faults.
sub check {
	my ($name, @faults) = @_;
	$n++;
	$failed++ if @faults;
	print @faults ? 'not ' : '', "ok $n - $name\n";
	print "# $_\n" for @faults;
}

sub done {
	print "1..$n\n";
	exit($failed ? 1 : 0);
}

1;
