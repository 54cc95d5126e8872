/// Why a stack has no further frame.
public enum StackEnding: Equatable, Sendable {
  /// The outermost frame: the debug information or an empty frame record says so.
  case outermost
  /// As many frames as were asked for.
  case limit
  /// The return address can't be recovered.
  case noReturnAddress
  /// Memory that the frame is in can't be read.
  case unreadable(UInt64)
  /// The caller would be the frame itself.
  case identical
  /// The caller's frame would be inside of the frames that it called.
  case inner
  /// The return address isn't in code.
  case notCode(UInt64)
  /// Nothing says where the caller is.
  case noInformation

  /// What to say about it, as GDB does where it knows the case; nil if there is nothing to say.
  public var text: String? {
    switch self {
    case .outermost, .limit: nil
    case .noReturnAddress: "frame did not save the PC"
    case .unreadable(let address): "Cannot access memory at address 0x\(String(address, radix: 16))"
    case .identical: "previous frame identical to this frame (corrupt stack?)"
    case .inner: "previous frame inner to this frame (corrupt stack?)"
    case .notCode(let address):
      "the return address 0x\(String(address, radix: 16)) is not in code (corrupt stack?)"
    case .noInformation: "nothing says where the caller's frame is"
    }
  }
}
