# A formula for Homebrew, for your own tap: Formula/nrepo-review.rb
class NrepoReview < Formula
  desc "Look through NeuralRepo ideas that nobody has changed for a while"
  homepage "https://example.org/nrepo-review"
  url "https://example.org/nrepo-review/archive/v1.0.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "go" => :build

  # bin is on PATH, so this is the command "nrepo review".
  def install
    ENV["CGO_ENABLED"] = "0"
    system "go", "build", "-trimpath", "-o", bin/"nrepo-review", "."
  end

  test do
    assert_match "nrepo review", shell_output("#{bin}/nrepo-review --help")
  end
end
