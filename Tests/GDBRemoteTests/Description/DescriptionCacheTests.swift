import Testing

@testable import GDBRemote

struct DescriptionCacheTests {
  /// Reads a description, and returns what was fetched.
  private func describe(
    _ documents: [String: String], _ cache: DescriptionCache
  ) throws -> (TargetDescription, [String]) {
    var fetched: [String] = []
    let description = try TargetDescription(root: "target.xml", cache: cache) {
      (name) throws(RemoteError) in
      fetched.append(name)
      return Array((documents[name] ?? "").utf8)
    }
    return (description, fetched)
  }

  private let documents = [
    "target.xml": "<x><xi:include href=\"1\"/><xi:include href=\"2\"/></x>",
    "1": "<x><reg name=\"a\" bitsize=\"64\"/><xi:include href=\"3\"/></x>",
    "2": "<x><reg name=\"b\" bitsize=\"64\"/></x>",
    "3": "<x><reg name=\"c\" bitsize=\"64\"/></x>",
  ]

  @Test func theSameDocumentsAreTheSameDescription() throws {
    let cache = DescriptionCache()
    let (first, fetched) = try describe(documents, cache)
    let (second, fetchedAgain) = try describe(documents, cache)
    #expect(first == second)
    #expect(cache.count == 1)
    // QEMU answers `p` only once it was asked for its description.
    #expect(fetched == ["target.xml", "1", "3", "2"])
    #expect(fetchedAgain == fetched)
  }

  @Test(arguments: ["target.xml", "1", "2", "3"])
  func anyDifferenceCounts(document: String) throws {
    let cache = DescriptionCache()
    _ = try describe(documents, cache)
    var changed = documents
    changed[document]?.append("\n")
    _ = try describe(changed, cache)
    #expect(cache.count == 2)
    changed[document] = "<x><reg name=\"new\" bitsize=\"8\"/></x>"
    let (description, fetched) = try describe(changed, cache)
    #expect(description.registers["new"] != nil)
    #expect(Set(fetched).count == fetched.count)
    #expect(try describe(changed, DescriptionCache()).0 == description)
  }

  /// A document that is no longer included is not fetched.
  @Test func nothingIsFetchedThatIsNotIncluded() throws {
    let cache = DescriptionCache()
    _ = try describe(documents, cache)
    var changed = documents
    changed["1"] = "<x/>"
    #expect(try describe(changed, cache).1 == ["target.xml", "1", "2"])
  }

  @Test func theOldestIsForgotten() throws {
    let cache = DescriptionCache(limit: 2)
    for name in ["a", "b", "c"] {
      _ = try describe(["target.xml": "<x><reg name=\"\(name)\" bitsize=\"8\"/></x>"], cache)
    }
    #expect(cache.count == 2)
  }

  @Test func whatIsTooLongIsNotKept() throws {
    let cache = DescriptionCache(limit: 16, byteLimit: 100)
    _ = try describe(["target.xml": "<x><reg name=\"a\" bitsize=\"8\"/></x>"], cache)
    #expect(cache.count == 1)
    let space = String(repeating: " ", count: 100)
    _ = try describe(["target.xml": "<x>\(space)</x>"], cache)
    #expect(cache.count == 1)
  }
}
