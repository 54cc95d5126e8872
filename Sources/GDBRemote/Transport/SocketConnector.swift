internal import Glibc

/// Makes connected sockets.
enum SocketConnector {
  static func connect(
    to endpoint: Endpoint, deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> Int32 {
    switch endpoint {
    case .unix(let path): try connectUnix(path, endpoint, deadline)
    case .tcp(let host, let port): try connectTCP(host, port, endpoint, deadline)
    }
  }

  private static func connectUnix(
    _ path: String, _ endpoint: Endpoint, _ deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // sockaddr_un is zeroed, so a shorter path is terminated.
    let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      guard bytes.count < field.count else { return false }
      unsafe field.copyBytes(from: bytes)
      return true
    }
    guard fits else { throw failure(endpoint, ENAMETOOLONG) }
    let descriptor = try makeSocket(AF_UNIX, endpoint)
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      // A sockaddr_un is passed as the sockaddr that it begins with; the size says which it is.
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe attempt(descriptor, $0, size, deadline)
      }
    }
    return try finish(descriptor, result, endpoint)
  }

  private static func connectTCP(
    _ host: String, _ port: UInt16, _ endpoint: Endpoint, _ deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> Int32 {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard status == 0, let first = unsafe list else {
      throw unknownHost(host, status)
    }
    defer { unsafe freeaddrinfo(first) }
    var lastError = RemoteError(.connectionFailed, "cannot connect to \(endpoint)")
    var next: UnsafeMutablePointer<addrinfo>? = unsafe first
    // The list belongs to this function until freeaddrinfo.
    while let entry = unsafe next {
      do throws(RemoteError) {
        // If this host doesn't have the address family, the other entries are still tried.
        let descriptor = try unsafe makeSocket(entry.pointee.ai_family, endpoint)
        let result = unsafe attempt(
          descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen, deadline)
        let connected = try finish(descriptor, result, endpoint)
        setNoDelay(connected)
        return connected
      } catch {
        lastError = error
      }
      unsafe next = entry.pointee.ai_next
    }
    throw lastError
  }

  private static func makeSocket(
    _ family: Int32, _ endpoint: Endpoint
  ) throws(RemoteError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, type, 0)
    guard descriptor >= 0 else { throw failure(endpoint, errno) }
    return descriptor
  }

  /// Zero, or the number of the error.
  @unsafe
  private static func attempt(
    _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t,
    _ deadline: ContinuousClock.Instant
  ) -> Int32 {
    while true {
      if unsafe Glibc.connect(descriptor, address, size) == 0 { return 0 }
      switch errno {
      case EISCONN: return 0
      case EINTR: continue
      case EINPROGRESS, EALREADY:
        guard
          (try? Polling.wait(for: descriptor, events: Int16(POLLOUT), deadline: deadline)) == true
        else { return ETIMEDOUT }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else {
          return errno
        }
        return error
      case EAGAIN:
        // The queue of a Unix socket is full, which poll() cannot wait for.
        guard ContinuousClock.now < deadline else { return ETIMEDOUT }
        _ = poll(nil, 0, 10)
      default: return errno
      }
    }
  }

  private static func finish(
    _ descriptor: Int32, _ result: Int32, _ endpoint: Endpoint
  ) throws(RemoteError) -> Int32 {
    guard result == 0 else {
      _ = close(descriptor)
      throw failure(endpoint, result)
    }
    return descriptor
  }

  /// Turns off Nagle's algorithm: requests are small and wait for answers, so collecting them gains
  /// nothing.
  private static func setNoDelay(_ descriptor: Int32) {
    var on: Int32 = 1
    _ = unsafe setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// The resolver's error for a name. No connection was attempted yet, so the text doesn't mention a
  /// stub.
  private static func unknownHost(_ host: String, _ status: Int32) -> RemoteError {
    let text =
      status == EAI_SYSTEM
      ? SystemError.text(errno)
      : unsafe gai_strerror(status).map { unsafe String(cString: $0) } ?? "unknown host"
    return RemoteError(.unknownHost, "the host '\(host)' cannot be resolved: \(text)")
  }

  private static func failure(_ endpoint: Endpoint, _ number: Int32) -> RemoteError {
    let code: RemoteError.Code = number == ETIMEDOUT ? .timeout : .connectionFailed
    return RemoteError(code, "cannot connect to \(endpoint): \(SystemError.text(number))")
  }
}
