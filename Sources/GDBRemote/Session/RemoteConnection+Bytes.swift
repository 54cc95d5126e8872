/// Writing to the transport, and its end.
extension RemoteConnection {
  func write(_ bytes: [UInt8], _ deadline: ContinuousClock.Instant) throws(RemoteError) {
    guard let error = writeError(bytes, deadline) else { return }
    if error.code == .connectionClosed { takeLastWords() }
    close(error)
    throw error
  }

  func writeError(_ bytes: [UInt8], _ deadline: ContinuousClock.Instant) -> RemoteError? {
    log?(.sent, bytes)
    do throws(RemoteError) {
      try transport.write(bytes, deadline: deadline)
      return nil
    } catch {
      return error
    }
  }

  /// Takes what the stub sent before it closed the connection: most likely that its target ended.
  private func takeLastWords() {
    input.removeAll(keepingCapacity: true)
    guard case .bytes? = try? transport.readAvailable(into: &input) else { return }
    log?(.received, input)
    decoder.append(input)
    while let frame = nextFrame() {
      // The stub is gone, so nothing is acknowledged.
      switch machine.received(frame).action {
      case .stoppedUnasked(let reply): unaskedStop = reply
      case .console(let bytes): console.append(bytes)
      default: break
      }
    }
  }

  /// Ends the session when the transport fails.
  func guarding<R>(_ body: () throws(RemoteError) -> R) throws(RemoteError) -> R {
    do throws(RemoteError) {
      return try body()
    } catch {
      close(error)
      throw error
    }
  }

  /// Closes the transport; everything after it throws `error`.
  func close(_ error: RemoteError) {
    machine.closed(error)
    transport.close()
  }
}
