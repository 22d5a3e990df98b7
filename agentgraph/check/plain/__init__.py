"""What rules ask of plain LangGraph graphs: where things stand in their source, and what is certain of them.

Enters: an analysed graph whose `adopted` is set. May not know: LangGraph.
"""
