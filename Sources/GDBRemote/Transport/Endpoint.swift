/// Where a stub listens.
public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A host by name or address, and a port.
  case tcp(host: String, port: UInt16)
  /// The path of a socket.
  case unix(path: String)

  /// Reads `host:port`, `:port` and `port` for this host, `[::1]:port`, `tcp:host:port`,
  /// or `unix:PATH`.
  public init(parsing text: String) throws(EndpointError) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty, !path.utf8.contains(0) else { throw .badPath(text) }
      // The path in struct sockaddr_un has 108 bytes, including the terminator.
      guard path.utf8.count < 108 else { throw .pathTooLong(path) }
      self = .unix(path: path)
      return
    }
    let address = text.hasPrefix("tcp:") ? text.dropFirst(4) : text[...]
    guard let colon = address.lastIndex(of: ":") else {
      guard let port = Endpoint.port(address) else { throw .missingPort(text) }
      self = .tcp(host: "localhost", port: port)
      return
    }
    let portText = address[address.index(after: colon)...]
    guard let port = Endpoint.port(portText) else { throw .badPort(String(portText)) }
    var host = address[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard !host.isEmpty else { throw .badHost(text) }
    } else if host.contains(":") || host.contains("[") || host.contains("]") {
      throw .badHost(text)
    }
    guard !host.contains(" "), !host.utf8.contains(0) else { throw .badHost(text) }
    self = .tcp(host: host.isEmpty ? "localhost" : String(host), port: port)
  }

  /// The form that `init(parsing:)` reads.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(text),
      port != 0
    else { return nil }
    return port
  }
}

/// Why a text isn't an endpoint.
public enum EndpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The port is missing after the host.
  case missingPort(String)
  /// The port isn't a number from 1 to 65535.
  case badPort(String)
  /// The host is malformed; an IPv6 address needs brackets.
  case badHost(String)
  /// The path of the socket is missing or malformed.
  case badPath(String)
  /// The path of the socket is longer than the system allows.
  case pathTooLong(String)

  /// What is wrong.
  public var description: String {
    switch self {
    case .missingPort(let text): "\"\(text)\" has no port; write host:port or unix:PATH"
    case .badPort(let text): "\"\(text)\" is not a port; a port is a number from 1 to 65535"
    case .badHost(let text): "\"\(text)\" has no valid host; write an IPv6 address as [::1]:port"
    case .badPath(let text): "\"\(text)\" has no valid path; write unix:PATH"
    case .pathTooLong(let path): "the path of the socket is longer than 107 bytes: \(path)"
    }
  }
}
