import Testing

@testable import vcpu_shell

@Suite struct ScriptPlaceTests {
  @Test func placesAreTakenApart() {
    func parts(_ text: String) -> [String?] {
      let place = ScriptPlace(text)
      return [place.file, place.line.map { "\($0)" }, place.column.map { "\($0)" }]
    }
    #expect(parts("a.vcpu") == ["a.vcpu", nil, nil])
    #expect(parts("a.vcpu:12") == ["a.vcpu", "12", nil])
    #expect(parts("a.vcpu:12:3") == ["a.vcpu", "12", "3"])
    #expect(parts("a:1:2:3") == ["a:1", "2", "3"])
    #expect(parts("a:b:7") == ["a:b", "7", nil])
    #expect(parts("7") == ["7", nil, nil])
    #expect(parts("") == ["", nil, nil])
    #expect(parts("a:99999999999999999999") == ["a:99999999999999999999", nil, nil])
  }
}
