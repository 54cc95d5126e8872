@testable import VCpuDebug

/// libFuzzer calls this with each input. A trap is a finding, and so are an endless loop and too much memory.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FileTarget.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

extension Architecture {
  /// AArch64's general registers and SP. The folder Stack, which says so elsewhere, is not built into this program.
  static func unwound(elfMachine: UInt16) -> Int? { 32 }
}

/// The one error of a session that expressions know.
enum DebugError: Error {
  case detached
}
