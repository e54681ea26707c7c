import Tables

/// A kind of file that is known by name: how it is written, what its columns are, and who plays which role.
public enum FileSchema: String, Sendable, CaseIterable {
    case userbehavior, rsc15, retentioneering, cdnow
    case combinedLog = "combined-log"
    case movielens, sequences

    /// One of the forms in which such files go about.
    struct Form: Sendable {
        var layout = FileLayout.delimited
        var separator: DelimitedFormat.Separator?
        var hasHeader: Bool?
        /// Of a file without header, and of one with a header those that it must have, among others perhaps.
        var columns: [String]
        var roles: [Role: String]
        /// Roles of columns that the file may lack.
        var further: [Role: String] = [:]
        var timeFormat: TimeFormat?
        var zone: String?
        var kind = LoadOptions.Kind.events
        var notes: [String] = []
    }

    /// In the order in which they are tried.
    var forms: [Form] {
        switch self {
        case .userbehavior:
            // Alibaba's description names the local time of China, and the file holds counts of seconds.
            [
                Form(
                    separator: .byte(0x2C), hasHeader: false, columns: ["user", "item", "category", "action", "time"],
                    roles: [.user: "user", .item: "item", .category: "category", .action: "action", .time: "time"], timeFormat: .epochSeconds, zone: "Asia/Shanghai")
            ]
        case .rsc15:
            [
                Form(
                    separator: .byte(0x09), hasHeader: true, columns: ["SessionId", "ItemId", "Time"], roles: [.user: "SessionId", .item: "ItemId", .time: "Time"], timeFormat: .epochSeconds,
                    notes: [Self.sessionsNote("SessionId")]),
                Form(
                    separator: .byte(0x2C), hasHeader: false, columns: ["session", "time", "item", "category"], roles: [.user: "session", .time: "time", .item: "item", .category: "category"],
                    timeFormat: .iso, notes: [Self.sessionsNote("session")]),
            ]
        case .retentioneering:
            [
                Form(
                    separator: .byte(0x2C), hasHeader: true, columns: ["user_id", "event", "timestamp"], roles: [.user: "user_id", .action: "event", .time: "timestamp"],
                    further: [.session: "session_id"], timeFormat: .calendar(.init(separator: .space)))
            ]
        case .cdnow:
            [
                Form(separator: .whitespace, hasHeader: true, columns: Self.purchases, roles: Self.purchaseRoles, timeFormat: .compactDate),
                Form(separator: .whitespace, hasHeader: false, columns: Self.purchases, roles: Self.purchaseRoles, timeFormat: .compactDate),
                Form(
                    separator: .whitespace, hasHeader: false, columns: ["master_id", "sample_id", "date", "number_of_cds", "dollar_value"],
                    roles: [.user: "master_id", .time: "date", .value: "dollar_value"], timeFormat: .compactDate),
            ]
        case .combinedLog: [Form(layout: .combinedLog, columns: [], roles: [.user: "host", .time: "time", .url: "url"], timeFormat: .combinedLog)]
        case .movielens:
            [
                Form(separator: .byte(0x09), hasHeader: true, columns: ["user_id", "item_id", "timestamp"], roles: [.user: "user_id", .item: "item_id", .time: "timestamp"], timeFormat: .epochSeconds),
                Form(separator: .byte(0x2C), hasHeader: true, columns: ["userId", "movieId", "timestamp"], roles: [.user: "userId", .item: "movieId", .time: "timestamp"], timeFormat: .epochSeconds),
                Form(
                    separator: .byte(0x09), hasHeader: false, columns: ["user_id", "item_id", "rating", "timestamp"], roles: [.user: "user_id", .item: "item_id", .time: "timestamp"],
                    timeFormat: .epochSeconds),
                // What is said of users and of items, a row for each.
                Form(separator: .byte(0x09), hasHeader: true, columns: ["user_id"], roles: [:], kind: .table),
                Form(separator: .byte(0x09), hasHeader: true, columns: ["item_id"], roles: [:], kind: .table),
            ]
        case .sequences: [Form(layout: .sequences, columns: [], roles: [:])]
        }
    }

    private static let purchases = ["customer_id", "date", "number_of_cds", "dollar_value"]
    private static let purchaseRoles: [Role: String] = [.user: "customer_id", .time: "date", .value: "dollar_value"]
    private static func sessionsNote(_ column: String) -> String { RoleSearch.sessionsNote(column) }

    /// What such a file looks like, in words.
    public var summary: String {
        switch self {
        case .userbehavior: "Alibaba's UserBehavior: user,item,category,action,time in seconds, without a header; days and hours of Asia/Shanghai"
        case .rsc15: "clicks of the RecSys Challenge 2015: SessionId ItemId Time with tabs and a header, or session,time,item,category"
        case .retentioneering: "Retentioneering: user_id,event,timestamp, perhaps session_id and more, with a header"
        case .cdnow: "CDNOW: customer, date as yyyymmdd, CDs and dollars with blanks between, with a header or without; the sample has a second id"
        case .combinedLog: "a web server's log in the combined or common format: \(Self.combinedLogColumns)"
        case .movielens: "MovieLens as RecBole has it (user_id:token item_id:token rating:float timestamp:float), as ratings.csv or as u.data"
        case .sequences: "user item item ... a line, in their order and without times; user=line where each line is a user and begins with an item"
        }
    }

    private static let combinedLogColumns = "host ident authuser time method url protocol status bytes referrer agent"
}

extension LoadOptions {
    /// The look at a file, with what its schema says of it.
    ///
    /// - Parameter look: makes the sample from a separator, a header, columns, a layout and a column of users.
    /// - Throws: `DataError.unfitSchema` where the file is not of the schema, `.badOption` where an option says otherwise than it.
    func sampled(
        _ path: String,
        _ look: (_ separator: DelimitedFormat.Separator?, _ hasHeader: Bool?, _ columns: [String]?, _ layout: FileLayout?, _ user: String?) throws(DataError) -> FileSample
    ) throws(DataError) -> (sample: FileSample, options: LoadOptions) {
        guard let schema else {
            let sample = try look(separator, hasHeader, columns, nil, roles[.user])
            var options = self
            switch sample.format.layout {
            case .delimited, .jsonLines: return (sample, self)
            case .combinedLog: options.schema = .combinedLog
            case .sequences: options.schema = .sequences
            }
            for form in options.schema?.forms ?? [] { options = options.adding(form, sample) }
            return (sample, options)
        }
        try checkClashes(schema)
        for form in schema.forms {
            do throws(DataError) {
                let sample = try look(form.separator, form.hasHeader, columns ?? (form.hasHeader == false ? form.columns : nil), form.layout, roles[.user])
                if form.fits(sample, self) { return (sample, adding(form, sample)) }
            } catch .badOption(let name, _, _) where name == "columns=" && columns == nil {
                // The number of columns is another.
                continue
            } catch .unknownFormat {
                continue
            }
        }
        throw .unfitSchema(path, schema: schema.rawValue, wanted: schema.summary, found: Self.found(try look(nil, nil, nil, nil, nil)))
    }

    private static func found(_ sample: FileSample) -> String {
        switch sample.format.layout {
        case .delimited:
            "\(sample.format.names.count) column\(sample.format.names.count == 1 ? "" : "s") separated by \(sample.format.separator.word), "
                + (sample.format.hasHeader ? "headed \(sample.format.names.prefix(8).joined(separator: ", "))" : "without a header")
        case .jsonLines: "JSON lines"
        case .combinedLog: "a web server's log"
        case .sequences: "sequences"
        }
    }

    /// A schema says how the file is written; an option may repeat that, not contradict it.
    private func checkClashes(_ schema: FileSchema) throws(DataError) {
        let separators = schema.forms.compactMap(\.separator)
        if let separator, !separators.contains(separator) {
            let wanted = separators.isEmpty ? "nothing" : Set(separators.map(\.word)).sorted().joined(separator: " or ")
            throw .badOption(name: "sep=", value: separator.word, wanted: "\(wanted) beside schema=\(schema.rawValue), which says how the file is written")
        }
        let headers = schema.forms.compactMap(\.hasHeader)
        if let hasHeader, !headers.contains(hasHeader) {
            let wanted = headers.first.map { $0 ? "yes" : "no" } ?? "nothing"
            throw .badOption(name: "header=", value: hasHeader ? "yes" : "no", wanted: "\(wanted) beside schema=\(schema.rawValue), which says how the file is written")
        }
    }

    /// The options with what the schema adds where nothing is said.
    private func adding(_ form: FileSchema.Form, _ sample: FileSample) -> LoadOptions {
        var options = self
        options.kind = kind ?? form.kind
        options.timeFormat = timeFormat ?? form.timeFormat
        options.zone = zone ?? form.zone.flatMap(Zone.init)
        options.schemaNotes = form.notes
        var wanted = form.roles.merging(form.further.filter { sample.format.names.contains($0.value) }) { $1 }
        switch sample.format.layout {
        case .sequences: wanted = [.user: sample.format.names[0], .item: sample.format.names[1]]
        // Other names than the schema's own: columns are known by their place.
        case .combinedLog: wanted = wanted.mapValues { name in FileSample.combinedLogColumns.firstIndex(of: name).map { sample.format.names[$0] } ?? name }
        case .delimited, .jsonLines:
            if let columns, form.hasHeader == false { wanted = wanted.mapValues { name in form.columns.firstIndex(of: name).map { columns[$0] } ?? name } }
        }
        let taken = Set(roles.values)
        for (role, column) in wanted where options.roles[role] == nil && !taken.contains(column) { options.roles[role] = column }
        return options
    }
}

extension FileSchema.Form {
    /// Whether the look at a file shows this form.
    fileprivate func fits(_ sample: FileSample, _ options: LoadOptions) -> Bool {
        if let separator = options.separator, separator != self.separator { return false }
        if let hasHeader = options.hasHeader, hasHeader != self.hasHeader { return false }
        let names = sample.format.names
        guard layout == .delimited else { return true }
        if hasHeader == true {
            guard options.columns != nil || columns.allSatisfy(names.contains) else { return false }
        } else {
            guard names.count == columns.count else { return false }
        }
        guard options.timeFormat == nil, let timeFormat, let column = roles[.time].flatMap({ columns.firstIndex(of: $0) }) else { return true }
        let place = hasHeader == true && options.columns == nil ? names.firstIndex(of: columns[column]) : column
        guard let place, let time = sample.guesses[place].time else { return false }
        if case .calendar = timeFormat, case .calendar = time { return true }
        return time == timeFormat
    }
}
