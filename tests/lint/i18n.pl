# The texts: every language has the same keys with the same parameters; every text that templates and
# pages use exists, and every text is used.
use strict;
use warnings;
use lib 'tests/lint';
use Lint;

# Key => text of a language file; faults in its form are added to @$faults.
sub read_texts {
	my ($file, $faults) = @_;
	my (%texts, @path);
	lines($file, slurp($file), sub {
		my ($at, $line) = @_;
		return if $line =~ /^\s*(#.*)?$/;
		if ($line =~ /^\s*([\w.]+) \{$/) {
			push @path, $1;
		} elsif ($line =~ /^\s*\}$/) {
			push @$faults, "$at: closes nothing" unless @path;
			pop @path;
		} elsif ($line =~ /^\s*([\w.]+) = (\S.*)$/) {
			my $key = join '.', @path, $1;
			push @$faults, "$at: $key is there twice" if exists $texts{$key};
			$texts{$key} = $2;
		} else {
			push @$faults, "$at: neither key, group nor remark";
		}
	});
	push @$faults, "$file: @path is not closed" if @path;
	return \%texts;
}

my @form;
my %language = map { m{(\w+)\.hdf$} ? ($1 => read_texts($_, \@form)) : () } tree(qr/\.hdf$/, 'templates/i18n');
check('language files keep to their form', @form);

# The English of issues is csv/issues.def, with a test of its own.
my $issue = qr/^issue\./;
my $first = $language{en};
my @faults;
for my $name (sort keys %language) {
	my $texts = $language{$name};
	push @faults, map { "$name has no $_" } grep { !exists $texts->{$_} } sort keys %$first;
	push @faults, map { "only $name has $_" }
		grep { !exists $first->{$_} && $_ !~ $issue } sort keys %$texts;
}
check('every language has the same keys', @faults);

sub parameters {
	my %seen = map { $_ => 1 } $_[0] =~ /\{(\w+)\}/g;
	return join ' ', sort keys %seen;
}
@faults = ();
for my $name (sort keys %language) {
	for my $key (sort grep { exists $language{$name}{$_} } keys %$first) {
		my ($here, $there) = map { parameters($_) } $language{$name}{$key}, $first->{$key};
		push @faults, "$name, $key: {$here} where en has {$there}" if $here ne $there;
	}
}
check('every language has the same parameters', @faults);

# The texts that are used: T.key and T.group[...] in templates; in C a key as a string, in which %s
# stands for one name.
my %asked;	# pattern => where
for my $file (tree(qr/\.cs$/, 'templates')) {
	lines($file, slurp($file), sub {
		my ($at, $line) = @_;
		while ($line =~ /\bT((?:\.\w+|\[[^\]]+\])+)/g) {
			my $pattern = join '\.', map { /^\[/ ? '\w+' : quotemeta(substr $_, 1) } $1 =~ /(\.\w+|\[[^\]]+\])/g;
			$asked{$pattern} //= $at;
		}
	});
}
my %group = map { /^(\w+)\./ ? ($1 => 1) : () } keys %$first;
my $group = join '|', sort keys %group;
for my $file (tree(qr/\.c$/, 'cgi/pages', 'cgi/view', 'cgi/cli')) {
	lines($file, c_strings(slurp($file)), sub {
		my ($at, $line) = @_;
		while ($line =~ /"((?:$group)(?:\.(?:\w|%s)+)+)"/g) {
			my $pattern = join '\w+', map { quotemeta } split /%s/, $1, -1;
			$asked{$pattern} //= $at;
		}
	});
}

@faults = ();
my %used;
for my $pattern (sort keys %asked) {
	my @found = grep { /^$pattern(?:\.(?:one|other))?$/ } keys %$first;
	$used{$_} = 1 for @found;
	push @faults, "$asked{$pattern}: $pattern" if !@found && $pattern !~ /^issue/
		&& !grep { /^$pattern\./ } keys %$first;
}
check('every text that is asked for is there', @faults);

# Groups that C looks up by a computed name count as used.
for my $pattern (keys %asked) {
	$used{$_} = 1 for grep { /^$pattern\.\w+$/ } keys %$first;
}
check('every text is asked for', grep { !$used{$_} } sort keys %$first);

@faults = ();
for my $key (sort grep { /\.one$/ } keys %$first) {
	my $other = $key =~ s/one$/other/r;
	push @faults, "$key without $other" unless exists $first->{$other};
}
check('a count has both of its forms', @faults);

# A line must not begin with a punctuation mark that ends a sentence.
@faults = ();
for my $key (sort keys %{$language{fr}}) {
	push @faults, "fr, $key: $1" if $language{fr}{$key} =~ /(« |\S* (?:[:;?!]|»))/;
}
check('French signs keep to their words with no-break spaces', @faults);

done();
