# p2pc_transport_plugin(NAME SOURCES ... [LINKS ...]): a shared object build/plugins/NAME.so, installed
# into LIBDIR/p2pc/plugins. It sees include/p2pc and the system, nothing of src/.
function(p2pc_transport_plugin name)
    cmake_parse_arguments(P "" "" "SOURCES;LINKS" ${ARGN})
    add_library(p2pc_plugin_${name} MODULE ${P_SOURCES})
    target_link_libraries(p2pc_plugin_${name} PRIVATE p2pc_options p2pc_headers ${P_LINKS})
    set_target_properties(p2pc_plugin_${name} PROPERTIES
        PREFIX "" OUTPUT_NAME ${name}
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
    # The host refuses what others may write to, and some people's umask lets their group.
    add_custom_command(TARGET p2pc_plugin_${name} POST_BUILD
        COMMAND chmod go-w "${CMAKE_BINARY_DIR}/plugins" "$<TARGET_FILE:p2pc_plugin_${name}>")
    install(TARGETS p2pc_plugin_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/p2pc/plugins)
endfunction()
