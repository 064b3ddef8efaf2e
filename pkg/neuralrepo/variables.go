package neuralrepo

// Variables documents the network variables that affect every request, for the end
// of the LongHelp of a command that makes requests.
const Variables = `

Environment:
  HTTPS_PROXY, NO_PROXY  the proxy to use, and hosts that need none
  SSL_CERT_FILE          a PEM file of certificate authorities to trust; macOS
                         and Windows use the system store instead`
