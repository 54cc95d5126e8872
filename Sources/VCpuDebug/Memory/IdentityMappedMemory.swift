internal import ArmVCpu
internal import GDBRemote

/// Physical memory at the same addresses of EL2, for a stub that cannot address physical memory.
///
/// At EL2 a stub reads virtual memory as EL2 does. While EL2's MMU is off, an address is its own physical one. (Arm ARM DDI
/// 0487, D8.2.12 "The effects of disabling an address translation stage".) While it is on, addresses are used of which EL2's
/// tables say that they lead to themselves: the tables are read at such addresses too, the first of them at the one that
/// TTBR0_EL2 has. Nothing is read or written where that is not so.
final class IdentityMappedMemory {
  private let access: TargetAccess
  private let translations: SpaceTranslations
  /// What is known of pages until the target runs or is written to: their words where they hold tables, and whether they
  /// lead to themselves.
  private var tables: (generation: Int, words: [UInt64: [UInt64]]) = (-1, [:])
  private var pages: [UInt64: Bool] = [:]

  private static let pageByteCount: UInt64 = 4096

  init(_ access: TargetAccess, _ translations: SpaceTranslations) {
    self.access = access
    self.translations = translations
  }

  /// Carries out requests for physical memory.
  ///
  /// - Throws: `DebugError.unmapped` for memory that isn't reached in this way, and what the target throws.
  func carryOut(_ requests: [Request]) throws -> [Response] {
    forgetWhatIsStale()
    for request in requests { try requireIdentity(of: request) }
    return try requests.map { request in
      guard let response = try access.reach.virtual(request, in: .hypervisor) else {
        throw Self.obstacle(request, "the CPU is not at EL2, which may have it at an address")
      }
      return response
    }
  }

  private func forgetWhatIsStale() {
    guard tables.generation != access.memoryGeneration else { return }
    tables = (access.memoryGeneration, [:])
    pages = [:]
  }

  private static func obstacle(_ request: Request, _ reason: String) -> DebugError {
    let address =
      switch request {
      case .memory(let address, _), .writeMemory(let address, _): address
      case .generalRegisters, .register, .writeRegister: 0 as UInt64
      }
    return .unmapped(.physical, address, "the stub cannot address physical memory, and \(reason)")
  }

  /// Throws unless all pages of a request lead to themselves.
  private func requireIdentity(of request: Request) throws {
    let range: (start: UInt64, byteCount: Int)
    switch request {
    case .memory(let address, let byteCount): range = (address, byteCount)
    case .writeMemory(let address, let bytes): range = (address, bytes.count)
    case .generalRegisters, .register, .writeRegister: return
    }
    guard try access.seenSpace() == .hypervisor else {
      throw Self.obstacle(request, "the CPU is not at EL2, which may have it at an address")
    }
    let translation: AddressTranslation
    do {
      translation = try translations.translation(of: .hypervisor)
    } catch let error as DebugError {
      throw Self.obstacle(request, "EL2's own translation is unknown: \(error)")
    }
    guard translation.stage1?.isEnabled == true else { return }
    let (last, isBeyond) = range.start.addingReportingOverflow(UInt64(max(range.byteCount, 1) - 1))
    guard !isBeyond else { throw Self.obstacle(request, "it ends beyond the last address") }
    var page = range.start & ~(Self.pageByteCount - 1)
    while true {
      guard try isIdentity(page, translation, request) else {
        throw Self.obstacle(request, "EL2 does not map it at the same address")
      }
      guard last - page >= Self.pageByteCount else { return }
      page += Self.pageByteCount
    }
  }

  /// Whether a page leads to itself by tables that do.
  ///
  /// - Throws: `DebugError.unmapped` if EL2's tables are not at such addresses: then nothing is known.
  private func isIdentity(
    _ page: UInt64, _ translation: AddressTranslation, _ request: Request
  ) throws -> Bool {
    if let known = pages[page] { return known }
    // Of a table that maps itself it is an assumption until its walk has ended.
    pages[page] = true
    var failure: (any Error)?
    let walk = AddressWalk(page, by: translation) { entry in
      guard failure == nil else { return nil }
      do { return try word(at: entry) } catch { failure = error }
      return nil
    }
    if let failure {
      pages[page] = nil
      throw failure
    }
    pages[page] = walk.output == page
    for step in walk.steps {
      let table = step.physicalAddress & ~(Self.pageByteCount - 1)
      guard try isIdentity(table, translation, request) else {
        pages = [:]
        throw Self.obstacle(
          request,
          "EL2's tables, by which it could be found elsewhere, are not mapped at their own addresses"
        )
      }
    }
    return walk.output == page
  }

  /// The doubleword at an address of EL2; nil if nothing is there.
  private func word(at address: UInt64) throws -> UInt64? {
    let page = address & ~(Self.pageByteCount - 1)
    let index = Int(address - page) / 8
    if let words = tables.words[page] { return words.indices.contains(index) ? words[index] : nil }
    let count = Int(Self.pageByteCount)
    var words: [UInt64] = []
    if let response = try access.reach.virtual(.memory(at: page, byteCount: count), in: .hypervisor)
    {
      do throws(RemoteError) {
        let bytes = try response.bytes()
        words = stride(from: 0, to: bytes.count - 7, by: 8).map {
          RegisterDescription.integer(bytes[$0..<$0 + 8]) ?? 0
        }
      } catch {
        guard error.isRefusedMemory else { throw error }
      }
    }
    tables.words[page] = words
    return words.indices.contains(index) ? words[index] : nil
  }
}
