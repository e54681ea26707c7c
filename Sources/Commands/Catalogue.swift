import Language

/// The verbs of `cnb`, in the order in which help lists them: a verb is its file and one line here.
public let standardCatalogue = Catalogue(
    commands: [
        LoadCommand.self,
        SimulateCommand.self,
        SampleCommand.self,
        CleanCommand.self,
        FilterCommand.self,
        SessionsCommand.self,
        SplitCommand.self,
        DescribeCommand.self,
        ShowCommand.self,
        EdaCommand.self,
        TopCommand.self,
        RFMCommand.self,
        KMeansCommand.self,
        ElbowCommand.self,
        SilhouetteCommand.self,
        ProfileCommand.self,
        FitCommand.self,
        EvaluateCommand.self,
        CompareCommand.self,
        PlotCommand.self,
        ListCommand.self,
        DropCommand.self,
        SetCommand.self,
        WriteCommand.self,
        HelpCommand.self,
        QuitCommand.self,
    ],
    kinds: [.events, .table, .answer, .segments, .model, .scores, .figure, .plain])
