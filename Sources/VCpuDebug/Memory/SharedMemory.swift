public import ArmVCpu
internal import CSharedMemory
internal import Glibc

/// A machine's RAM that this process has mapped too: it is read and written while the machine runs, without its
/// stub.
///
/// Only data is written this way: QEMU keeps its translation of code, and doesn't notice that the code has changed.
@safe public final class SharedMemory {
  /// The physical address of its first byte.
  public let base: PhysicalAddress
  /// How much there is, in bytes.
  public let byteCount: Int
  private let bytes: UnsafeMutableRawBufferPointer

  /// Why memory could not be created or mapped: the error's number, from `errno.h`.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The error's number.
    public let code: Int32
    /// A phrase.
    public var description: String { unsafe String(cString: strerror(code)) }
  }

  /// Maps a file of `createFile(byteCount:)`. The descriptor may be closed after that.
  ///
  /// - Parameter base: the physical address of the file's first byte.
  public init(
    mapping descriptor: Int32, byteCount: Int, at base: PhysicalAddress
  ) throws(Failure) {
    let pointer = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let pointer = unsafe pointer, unsafe pointer != MAP_FAILED else {
      throw Failure(code: errno)
    }
    self.base = base
    self.byteCount = byteCount
    unsafe bytes = UnsafeMutableRawBufferPointer(start: pointer, count: byteCount)
  }

  deinit { _ = unsafe munmap(bytes.baseAddress, bytes.count) }

  /// Creates a file in memory, of zeros, whose size can't change: the mapping stays valid whatever is done to the
  /// file. Children don't inherit its descriptor, which the caller closes.
  public static func createFile(byteCount: Int) throws(Failure) -> Int32 {
    let descriptor = unsafe csharedmemory_create("vcpu-shell-ram", UInt64(byteCount))
    guard descriptor >= 0 else { throw Failure(code: errno) }
    return descriptor
  }

  /// Whether all bytes of a range are in this memory.
  public func contains(_ address: PhysicalAddress, byteCount: Int) -> Bool {
    offset(of: address, byteCount) != nil
  }

  /// Copies what a range holds now; nil if a part of it isn't in this memory.
  ///
  /// Each aligned doubleword is one that was stored; different ones may be of different times.
  public func bytes(at address: PhysicalAddress, byteCount: Int) -> [UInt8]? {
    guard let offset = offset(of: address, byteCount) else { return nil }
    return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      if let start = buffer.baseAddress {
        unsafe csharedmemory_copy(start, pointer(offset), byteCount)
      }
      count = byteCount
    }
  }

  /// Loads an aligned word, before whatever is read after it; nil if it isn't aligned, or not in this memory.
  public func loadUInt32(at address: PhysicalAddress) -> UInt32? {
    aligned(address, to: 4).map { unsafe csharedmemory_load_32(pointer($0)) }
  }

  /// Loads an aligned doubleword, as `loadUInt32(at:)` does a word.
  public func loadUInt64(at address: PhysicalAddress) -> UInt64? {
    aligned(address, to: 8).map { unsafe csharedmemory_load_64(pointer($0)) }
  }

  /// Stores an aligned word, after whatever was written before it; returns false if it isn't aligned, or not in this
  /// memory.
  public func store(_ value: UInt32, at address: PhysicalAddress) -> Bool {
    guard let offset = aligned(address, to: 4) else { return false }
    unsafe csharedmemory_store_32(pointer(offset), value)
    return true
  }

  /// Stores an aligned doubleword, as `store(_:at:)` does a word.
  public func store(_ value: UInt64, at address: PhysicalAddress) -> Bool {
    guard let offset = aligned(address, to: 8) else { return false }
    unsafe csharedmemory_store_64(pointer(offset), value)
    return true
  }

  private func offset(of address: PhysicalAddress, _ count: Int) -> Int? {
    guard count >= 0, count <= byteCount, address.rawValue >= base.rawValue,
      address.rawValue - base.rawValue <= UInt64(byteCount - count)
    else { return nil }
    return Int(address.rawValue - base.rawValue)
  }

  private func aligned(_ address: PhysicalAddress, to size: Int) -> Int? {
    guard address.rawValue % UInt64(size) == 0 else { return nil }
    return offset(of: address, size)
  }

  /// A place that `offset(of:_:)` has found to be inside.
  private func pointer(_ offset: Int) -> UnsafeMutableRawPointer {
    guard let start = unsafe bytes.baseAddress else { preconditionFailure("nothing is mapped") }
    return unsafe start + offset
  }
}
