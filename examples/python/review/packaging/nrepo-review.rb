# A formula for Homebrew, for your own tap: Formula/nrepo-review.rb
class NrepoReview < Formula
  include Language::Python::Virtualenv

  desc "Look through NeuralRepo ideas that nobody has changed for a while"
  homepage "https://example.org/nrepo-review"
  url "https://example.org/nrepo-review/archive/v1.0.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "python@3.13"

  # This puts the program into libexec/bin, with a link in bin. nrepo follows the link
  # and finds the markers in libexec/share/nrepo/commands.
  def install
    virtualenv_install_with_resources
  end

  test do
    assert_match "nrepo review", shell_output("#{bin}/nrepo-review --help")
  end
end
