# frozen_string_literal: true

# Install a formula from the archive in its directory and test it, like Homebrew.
#
#	ruby .ci/formula.rb FORMULA PREFIX
#
# It implements the methods of https://docs.brew.sh/Formula-Cookbook that the formula uses.

require "digest"
require "fileutils"
require "pathname"
require "tmpdir"

class Pathname
  def install(*sources)
    raise "nothing to install to #{self}" if sources.flatten.empty?

    mkpath
    sources.flatten.each { |source| Kernel.system("mv", source.to_s, to_s) || raise("cannot install #{source}") }
  end
end

class Formula
  PREFIX = Pathname(ARGV.fetch(1)).expand_path

  class << self
    %i[desc homepage version license url sha256].each do |name|
      define_method(name) { |value = nil| value ? instance_variable_set("@#{name}", value) : instance_variable_get("@#{name}") }
    end

    def on_macos; end

    def on_linux = yield

    def on_intel = (yield if RUBY_PLATFORM.start_with?("x86_64"))

    def on_arm = (yield if RUBY_PLATFORM.start_with?("aarch64"))

    def test(&block)
      block ? @test = block : @test
    end
  end

  { bin: "bin", man1: "share/man/man1", man7: "share/man/man7", doc: "share/doc/nrepo",
    bash_completion: "etc/bash_completion.d", fish_completion: "share/fish/vendor_completions.d",
    zsh_completion: "share/zsh/site-functions" }.each do |name, dir|
    define_method(name) { PREFIX/dir }
  end

  def version = self.class.version

  def shell_output(command)
    output = `#{command}`
    $?.success? ? output : raise("#{command}: #{$?}")
  end

  def assert_match(pattern, text)
    raise "no #{pattern} in #{text}" unless text.include?(pattern)
  end
end

formula = Pathname(ARGV.fetch(0)).expand_path
load formula
archive = formula.dirname/File.basename(Nrepo.url)
raise "#{archive} has another checksum" if Digest::SHA256.file(archive).hexdigest != Nrepo.sha256

Dir.mktmpdir do |work|
  Dir.chdir(work) do
    system("tar", "-xzf", archive.to_s) || raise("cannot unpack #{archive}")
    Dir.chdir(Dir["*"].first) { Nrepo.new.install }
  end
  ENV["HOME"] = work
  Nrepo.new.instance_eval(&Nrepo.test)
end
