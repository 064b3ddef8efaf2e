# The formula for Homebrew. internal/dist fills in the archives of the release; see its
# type download.
class Nrepo < Formula
  desc "Capture, find and change NeuralRepo ideas from the terminal"
  homepage "{{.Homepage}}"
  version "{{.Version}}"
  license "MIT"
{{range $os := .Systems}}
  on_{{$os.Name}} do
{{- range $os.Downloads}}
    on_{{.CPU}} do
      url "{{.URL}}"
      sha256 "{{.Sum}}"
    end
{{- end}}
  end
{{end}}
  def install
    bin.install Dir["bin/*"]
    man1.install Dir["share/man/man1/*"]
    man7.install Dir["share/man/man7/*"]
    bash_completion.install "share/bash-completion/completions/nrepo"
    fish_completion.install "share/fish/vendor_completions.d/nrepo.fish"
    zsh_completion.install "share/zsh/site-functions/_nrepo"
    doc.install "THIRD-PARTY-LICENSES"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/nrepo --version")
    assert_match "Captured idea #1", shell_output("#{bin}/nrepo sandbox run -- #{bin}/nrepo push Test --human")
  end
end
