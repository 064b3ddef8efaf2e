package neuralrepo

// Variables ends the help of a command that makes requests, as the last part of
// its LongHelp: the variables of the network that every request heeds.
const Variables = `

Environment:
  HTTPS_PROXY, NO_PROXY  the proxy to use, and hosts that need none
  SSL_CERT_FILE          a PEM file of certificate authorities to trust; macOS
                         and Windows use the system store instead`
